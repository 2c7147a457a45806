/** As much of CBOR (RFC 8949) as a COSE key needs: a map of whole numbers to numbers and byte strings. */
export type CborMap = ReadonlyMap<number, number | Uint8Array>

/** Reads one map that fills the bytes exactly, definite lengths only, no key twice. Undefined for everything else. */
export function readCbor(bytes: Uint8Array): CborMap | undefined {
  const content = Buffer.from(bytes)
  let at = 0

  const head = (): { readonly major: number; readonly value: number } | undefined => {
    const first = content[at]
    if (first === undefined) return undefined
    const [major, short] = [first >> 5, first & 0x1f]
    at += 1
    if (short < 24) return { major, value: short }
    const length = short === 24 ? 1 : short === 25 ? 2 : short === 26 ? 4 : 0
    if (length === 0 || at + length > content.length) return undefined
    const value = content.readUIntBE(at, length)
    at += length
    return { major, value }
  }
  const item = (): number | Uint8Array | undefined => {
    const read = head()
    if (read?.major === 0) return read.value
    if (read?.major === 1) return -1 - read.value
    if (read?.major !== 2 || at + read.value > content.length) return undefined
    at += read.value
    return content.subarray(at - read.value, at)
  }

  const begin = head()
  if (begin?.major !== 5 || begin.value > 16) return undefined
  const map = new Map<number, number | Uint8Array>()
  for (let left = begin.value; left > 0; left -= 1) {
    const key = item()
    const value = item()
    if (typeof key !== 'number' || value === undefined || map.has(key)) return undefined
    map.set(key, value)
  }
  return at === content.length ? map : undefined
}
