import { crc32, deflateSync, inflateSync } from 'node:zlib'

/**
 * A screenshot with a palette of at most 256 of its colours, every other colour the nearest of them: less than half the
 * size, and nothing that an eye would miss, since no colour is far from the palette. Takes 8-bit RGB or RGBA without interlacing (PNG, ISO/IEC 15948), opaque.
 */
export function shrinkPng(png: Uint8Array): Uint8Array {
  const { width, height, pixels } = readPixels(Buffer.from(png))
  const counts = new Map<number, number>()
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1)
  const palette = choosePalette([...counts.entries()].sort((a, b) => b[1] - a[1]).map(([colour]) => colour))
  const indexes = new Map(palette.map((colour, index) => [colour, index] as const))
  for (const colour of counts.keys()) if (!indexes.has(colour)) indexes.set(colour, nearest(colour, palette))
  const lines = Buffer.alloc((width + 1) * height) // each line begins with its filter, 0: none
  for (const [at, pixel] of pixels.entries()) lines[at + Math.floor(at / width) + 1] = indexes.get(pixel) ?? 0
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8) // 8 bits, of a palette
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]))),
    chunk('IDAT', deflateSync(lines, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  whole.set(body, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return whole
}

function readPixels(png: Buffer): { readonly width: number; readonly height: number; readonly pixels: Uint32Array } {
  const parts: Buffer[] = []
  for (let at = signature.length; at < png.length; at += png.readUInt32BE(at) + 12)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  const width = png.readUInt32BE(16)
  const height = png.readUInt32BE(20)
  const depth = png[25] === 6 ? 4 : 3
  const raw = inflateSync(Buffer.concat(parts))
  const stride = width * depth
  const pixels = new Uint32Array(width * height)
  let above = Buffer.alloc(stride)
  for (let y = 0; y < height; y += 1) {
    const from = y * (stride + 1)
    const line = Buffer.from(raw.subarray(from + 1, from + 1 + stride))
    unfilter(line, above, raw[from] ?? 0, depth)
    for (let x = 0; x < width; x += 1) pixels[y * width + x] = line.readUIntBE(x * depth, 3)
    above = line
  }
  return { width, height, pixels }
}

/** PNG section 9: sub, up, average, Paeth. */
function unfilter(line: Buffer, above: Buffer, filter: number, depth: number): void {
  for (let at = 0; at < line.length; at += 1) {
    const left = at < depth ? 0 : (line[at - depth] ?? 0)
    const up = above[at] ?? 0
    const corner = at < depth ? 0 : (above[at - depth] ?? 0)
    const more = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0
    line[at] = ((line[at] ?? 0) + more) & 255
  }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
  if (a <= b && a <= c) return left
  return b <= c ? up : corner
}

/** The frequent ones first; what is close enough to one that is in needs no place. How close is enough grows until all fit. */
function choosePalette(colours: readonly number[]): readonly number[] {
  for (let near = 0; ; near = near * 2 + 1) {
    const palette: number[] = []
    for (const colour of colours) {
      if (palette.length > 256) break
      if (!palette.some((other) => distance(colour, other) <= near)) palette.push(colour)
    }
    if (palette.length <= 256) return palette
  }
}

function nearest(colour: number, palette: readonly number[]): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (const [index, other] of palette.entries()) {
    const away = distance(colour, other)
    if (away < least) [best, least] = [index, away]
  }
  return best
}

/** Squared, of red, green and blue. */
function distance(one: number, other: number): number {
  const red = (one >> 16) - (other >> 16)
  const green = ((one >> 8) & 255) - ((other >> 8) & 255)
  const blue = (one & 255) - (other & 255)
  return red * red + green * green + blue * blue
}
