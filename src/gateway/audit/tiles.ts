/** The static files of C2SP tlog-tiles, by their addresses below the log's prefix. */
export type TileName =
  /** Hashes of one level, `width` of them (1 to 256). */
  | { readonly kind: 'hashes'; readonly level: number; readonly index: number; readonly width: number }
  /** Leaves, each behind its length. */
  | { readonly kind: 'entries'; readonly index: number; readonly width: number }

export const tileWidth = 256
/** A tile spans eight levels of the tree. */
export const tileHeight = 8

/** `tile/0/x001/234.p/12`: N in groups of three digits, all but the last with `x`; a partial tile says how wide it is. */
export function tilePath(tile: TileName): string {
  const folder = tile.kind === 'hashes' ? `tile/${tile.level}` : 'tile/entries'
  return `${folder}/${groups(tile.index)}${tile.width === tileWidth ? '' : `.p/${tile.width}`}`
}

/** Undefined for every other address. There is one spelling of each. */
export function parseTilePath(path: string): TileName | undefined {
  const [, folder, number, partial] =
    /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(path) ?? []
  if (folder === undefined || number === undefined) return undefined
  const index = Number(number.replaceAll(/[x/]/g, ''))
  const width = partial === undefined ? tileWidth : Number(partial)
  if (!Number.isSafeInteger(index) || groups(index) !== number || (partial !== undefined && width >= tileWidth))
    return undefined
  if (folder === 'entries') return { kind: 'entries', index, width }
  const level = Number(folder)
  return level > 63 ? undefined : { kind: 'hashes', level, index, width }
}

/** How many hashes of a tile a tree of this size has: 0 to 256. */
export function widthAt(size: number, level: number, index: number): number {
  const hashes = Math.floor(size / tileWidth ** level) - index * tileWidth
  return Math.max(0, Math.min(tileWidth, hashes))
}

/** The full tiles that a tree has at size `to` and had not at size `from`. */
export function fullTilesBetween(from: number, to: number): readonly TileName[] {
  const tiles: TileName[] = []
  for (let level = 0; tileWidth ** (level + 1) <= to; level += 1) {
    const span = tileWidth ** (level + 1)
    for (let index = Math.floor(from / span); index < Math.floor(to / span); index += 1) {
      tiles.push({ kind: 'hashes', level, index, width: tileWidth })
      if (level === 0) tiles.push({ kind: 'entries', index, width: tileWidth })
    }
  }
  return tiles
}

/** Leaves as an entry bundle: a big-endian uint16 length before each. */
export function entryBundle(leaves: readonly string[]): Uint8Array {
  return Buffer.concat(
    leaves.flatMap((leaf) => {
      const bytes = Buffer.from(leaf)
      const length = Buffer.alloc(2)
      length.writeUInt16BE(bytes.length)
      return [length, bytes]
    }),
  )
}

function groups(index: number): string {
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const threes = padded.match(/[0-9]{3}/g) ?? []
  return threes.map((three, at) => (at === threes.length - 1 ? three : `x${three}`)).join('/')
}
