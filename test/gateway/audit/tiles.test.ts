import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entryBundle, fullTilesBetween, parseTilePath, type TileName, tilePath, widthAt } from '#gateway/audit/tiles.ts'

describe('The address of a tile', () => {
  it.each<readonly [string, TileName]>([
    ['tile/0/000', { kind: 'hashes', level: 0, index: 0, width: 256 }],
    ['tile/0/x001/x234/067', { kind: 'hashes', level: 0, index: 1_234_067, width: 256 }],
    ['tile/2/000.p/1', { kind: 'hashes', level: 2, index: 0, width: 1 }],
    ['tile/entries/273.p/112', { kind: 'entries', index: 273, width: 112 }],
    ['tile/entries/x001/000', { kind: 'entries', index: 1000, width: 256 }],
  ])('%s is written and read', (path, tile) => {
    expect(tilePath(tile)).toBe(path)
    expect(parseTilePath(path)).toEqual(tile)
  })

  it.each([
    'tile/0/0',
    'tile/00/000',
    'tile/64/000',
    'tile/0/x000/001',
    'tile/0/001/x234',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/../../keys/log.json',
    'tile/entries/000/',
    '/tile/0/000',
    'checkpoint',
    'tile/x/000',
  ])('%s is none', (path) => {
    expect(parseTilePath(path)).toBeUndefined()
  })

  it('is one for each tile', () => {
    const tiles = fc.record({ level: fc.nat(63), index: fc.nat(2 ** 40), width: fc.integer({ min: 1, max: 256 }) })
    fc.assert(
      fc.property(tiles, (tile) => {
        expect(parseTilePath(tilePath({ kind: 'hashes', ...tile }))).toEqual({ kind: 'hashes', ...tile })
      }),
    )
  })
})

describe('A tree of 70,000 leaves, the example of C2SP', () => {
  it('has 273 full tiles of leaves and one of the level above', () => {
    const tiles = fullTilesBetween(0, 70_000).filter(({ kind }) => kind === 'hashes')
    expect(tiles.filter((tile) => tile.kind === 'hashes' && tile.level === 0)).toHaveLength(273)
    expect(tiles.filter((tile) => tile.kind === 'hashes' && tile.level === 1)).toHaveLength(1)
  })

  it('has partial tiles of 112, 17 and 1', () => {
    expect([widthAt(70_000, 0, 273), widthAt(70_000, 1, 1), widthAt(70_000, 2, 0)]).toEqual([112, 17, 1])
    expect(widthAt(70_000, 0, 274)).toBe(0)
  })
})

describe('Full tiles', () => {
  it('appear once each, however the tree grows', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5000), { maxLength: 12 }), (steps) => {
        let size = 0
        const seen: string[] = []
        for (const step of steps) {
          seen.push(...fullTilesBetween(size, size + step).map(tilePath))
          size += step
        }
        expect(seen.toSorted()).toEqual(fullTilesBetween(0, size).map(tilePath).toSorted())
      }),
    )
  })
})

describe('An entry bundle', () => {
  it('puts the length before each leaf, in two bytes', () => {
    expect(Buffer.from(entryBundle(['a', '', 'xyz'])).toString('hex')).toBe('0001610000000378797a')
  })
})
