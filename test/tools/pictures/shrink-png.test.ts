import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { shrinkPng } from '#tools/pictures/shrink-png.ts'

/** Three by two pixels, RGB: red, green, blue; white, black, red. The first line is filtered by `sub`, the second by `up`. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAF0lEQVR4nGP8z8DACMZMDP//MzAyADEAPx8GAnMWo+AAAAAASUVORK5CYII=',
  'base64',
)

describe('A picture that was made smaller', () => {
  it('is a PNG with a palette, of the same size', () => {
    const small = Buffer.from(shrinkPng(png))
    expect(small.toString('latin1', 1, 4)).toBe('PNG')
    expect([small.readUInt32BE(16), small.readUInt32BE(20), small[24], small[25]]).toEqual([3, 2, 8, 3])
  })

  it('has each pixel where it was', () => {
    const small = Buffer.from(shrinkPng(png))
    const palette = part(small, 'PLTE')
    const lines = inflateSync(part(small, 'IDAT'))
    const colours = [...lines].map((index, at) =>
      at % 4 === 0 ? '|' : palette.toString('hex', index * 3, index * 3 + 3),
    )
    expect(colours.join(' ')).toBe('| ff0000 00ff00 0000ff | ffffff 000000 ff0000')
  })
})

function part(whole: Buffer, type: string): Buffer {
  for (let at = 8; at < whole.length; at += whole.readUInt32BE(at) + 12)
    if (whole.toString('latin1', at + 4, at + 8) === type)
      return whole.subarray(at + 8, at + 8 + whole.readUInt32BE(at))
  throw new Error(`no ${type}`)
}
