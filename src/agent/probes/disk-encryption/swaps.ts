/** Where memory is swapped to. Compressed memory (zram) is no disk and is left out. */
export type Swap = { readonly path: string; readonly kind: 'partition' | 'file' }

/** Reads `/proc/swaps`. Undefined for anything but the whole table. */
export function parseSwaps(text: string): readonly Swap[] | undefined {
  const [heading = '', ...rows] = text.split('\n')
  if (!/^Filename\s+Type\s+Size\s+Used\s+Priority\s*$/.test(heading) || !text.endsWith('\n')) return undefined
  const swaps: Swap[] = []
  for (const row of rows) {
    if (row === '') continue
    const found = /^(\S+)\s+(partition|file)\s+\d+\s+\d+\s+-?\d+\s*$/.exec(row)
    if (found === null) return undefined
    const path = (found[1] ?? '').replace(/\\040\(deleted\)$/, '').replaceAll('\\040', ' ')
    if (!isZram(path)) swaps.push({ path, kind: found[2] === 'file' ? 'file' : 'partition' })
  }
  return swaps
}

/** Whether a device, by name or path, is memory. */
export function isZram(device: string): boolean {
  return /^(\/dev\/)?zram\d+$/.test(device)
}
