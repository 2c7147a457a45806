import type { Encrypted } from './block-devices.ts'

/** Encryption of data sets by name. */
export type ZfsEncryption = ReadonlyMap<string, Encrypted>

/** Reads `zfs get -H -o name,value encryption` (zfsprops(7)): names and values parted by tabs. Undefined for half an answer. */
export function parseZfsEncryption(text: string): ZfsEncryption | undefined {
  if (!text.endsWith('\n')) return undefined
  const rows = text
    .trimEnd()
    .split('\n')
    .map((line) => /^([^\t]+)\t([^\t]+)$/.exec(line))
  const sets = new Map<string, Encrypted>()
  for (const row of rows) {
    if (row === null) return undefined
    const value = row[2] ?? ''
    sets.set(row[1] ?? '', value === 'off' ? 'off' : /^aes-(128|192|256)-(ccm|gcm)$/.test(value) ? 'on' : 'unknown')
  }
  return sets
}
