import { createHash } from 'node:crypto'

/** Random choices that a seed decides: the same seed and name give the same ones on every machine. Not for secrets. */
export type Seeded = {
  /** At least 0, below 1. */
  next(): number
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number
  oneOf<Item>(items: readonly [Item, ...Item[]]): Item
  chance(probability: number): boolean
}

/** 32 bytes that follow from the seed and a name. */
export function seededBytes(seed: string, name: string): Buffer {
  return createHash('sha256').update(`${seed}\0${name}`).digest()
}

/** The generator is mulberry32: 32 bits of state are plenty for made-up devices. */
export function seeded(seed: string, name: string): Seeded {
  let state = seededBytes(seed, name).readUInt32BE(0)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    between,
    oneOf: ([first, ...others]) => others[between(0, others.length) - 1] ?? first,
    chance: (probability) => next() < probability,
  }
}
