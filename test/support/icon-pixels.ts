import { inflateSync } from 'node:zlib'

/** Width, height and straight RGBA of an 8-bit RGBA PNG without interlacing; anything else throws. */
export type Pixels = { readonly width: number; readonly height: number; readonly rgba: Uint8Array }

const bytesPerPixel = 4

export function readPng(file: Uint8Array): Pixels {
  const bytes = Buffer.from(file)
  if (bytes.subarray(1, 4).toString('latin1') !== 'PNG') throw new Error('no PNG')
  const width = bytes.readUInt32BE(16)
  const height = bytes.readUInt32BE(20)
  const format = [...bytes.subarray(24, 29)]
  if (format.join() !== '8,6,0,0,0') throw new Error(`not 8-bit RGBA: ${format.join()}`)
  const parts: Buffer[] = []
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    if (bytes.subarray(at + 4, at + 8).toString('latin1') === 'IDAT')
      parts.push(bytes.subarray(at + 8, at + 8 + length))
    at += 12 + length
  }
  return { width, height, rgba: unfilter(inflateSync(Buffer.concat(parts)), width, height) }
}

/** How many pixels are more than half there. */
export function shapeOf({ rgba }: Pixels): readonly boolean[] {
  return Array.from({ length: rgba.length / bytesPerPixel }, (_, at) => (rgba[at * bytesPerPixel + 3] ?? 0) > 127)
}

/** Widths of the entries of an `.ico`, as its directory says. */
export function icoSizes(file: Uint8Array): readonly number[] {
  const bytes = Buffer.from(file)
  if (bytes.readUInt16LE(0) !== 0 || bytes.readUInt16LE(2) !== 1) throw new Error('no icon')
  return Array.from({ length: bytes.readUInt16LE(4) }, (_, at) => bytes.readUInt8(6 + at * 16) || 256)
}

/** Undoes the filters of each line (PNG, section 9.2). */
function unfilter(raw: Uint8Array, width: number, height: number): Uint8Array {
  const stride = width * bytesPerPixel
  const out = new Uint8Array(stride * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0
    for (let x = 0; x < stride; x++) {
      const left = x < bytesPerPixel ? 0 : (out[y * stride + x - bytesPerPixel] ?? 0)
      const up = y === 0 ? 0 : (out[(y - 1) * stride + x] ?? 0)
      const corner = y === 0 || x < bytesPerPixel ? 0 : (out[(y - 1) * stride + x - bytesPerPixel] ?? 0)
      const by = [0, left, up, Math.floor((left + up) / 2), paeth(left, up, corner)][filter] ?? 0
      out[y * stride + x] = (raw[y * (stride + 1) + 1 + x] ?? 0) + by
    }
  }
  return out
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner
  const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}
