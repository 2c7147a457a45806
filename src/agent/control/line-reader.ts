/** Cuts a byte stream into lines. A line longer than `maxBytes` ends it: nothing is read after that. */
export function lineReader(
  maxBytes: number,
  onLine: (line: string) => void,
  onBroken: () => void,
): (part: Uint8Array) => void {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let waiting: Uint8Array[] = []
  let size = 0
  let isBroken = false

  function end(line: Uint8Array): void {
    let text: string
    try {
      text = utf8.decode(line)
    } catch {
      return broken() // not UTF-8
    }
    onLine(text)
  }
  function broken(): void {
    isBroken = true
    waiting = []
    onBroken()
  }

  return (part) => {
    let rest = part
    while (!isBroken) {
      const at = rest.indexOf(0x0a)
      const piece = at < 0 ? rest : rest.subarray(0, at)
      size += piece.byteLength
      if (size > maxBytes) return broken()
      waiting.push(piece)
      if (at < 0) return
      const line = Buffer.concat(waiting)
      waiting = []
      size = 0
      rest = rest.subarray(at + 1)
      end(line)
    }
  }
}
