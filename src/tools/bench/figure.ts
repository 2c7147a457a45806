import type { Children } from '#tools/children.ts'
import type { Cores } from './cores.ts'

/** One line of the result, as `--json` prints it. */
export type Measured = {
  readonly figure: string
  readonly value: number
  readonly unit: string
  readonly yardstick?: number
  readonly ratio?: number
  readonly goal: string
  readonly holds: boolean
}

/** What a figure may use. Everything it starts is in `children`, everything it writes under `folder`. */
export type Bench = {
  readonly root: string
  /** The project's Node. */
  readonly node: string
  /** `out/cli/postern.js`: what is measured. */
  readonly postern: string
  readonly folder: string
  readonly cores: Cores | undefined
  readonly children: Children
  /** Where profiles of the measured processes go, if they are wanted. */
  readonly profiles: string | undefined
  /** Tells a person what is going on. */
  readonly say: (what: string) => void
}

export type Figure = {
  readonly names: readonly string[]
  readonly measure: (bench: Bench) => Promise<readonly Measured[]>
}

/** A value that must reach a share of its yardstick. */
export function atLeastShare(figure: string, value: number, unit: string, yardstick: number, share: number): Measured {
  const ratio = value / yardstick
  return { figure, value, unit, yardstick, ratio, goal: `ratio ≥ ${share}`, holds: ratio >= share }
}

/** A value that is told beside its yardstick, and has no goal. */
export function reported(figure: string, value: number, unit: string, yardstick: number): Measured {
  return { figure, value, unit, yardstick, ratio: value / yardstick, goal: '', holds: true }
}

/** A value that may be so many times its yardstick. */
export function atMostTimes(figure: string, value: number, unit: string, yardstick: number, times: number): Measured {
  const ratio = value / yardstick
  return { figure, value, unit, yardstick, ratio, goal: `ratio ≤ ${times}`, holds: ratio <= times }
}

/** A value that may lie so much above its yardstick, in its unit. */
export function atMostAbove(figure: string, value: number, unit: string, yardstick: number, above: number): Measured {
  const ratio = value / yardstick
  return { figure, value, unit, yardstick, ratio, goal: `≤ +${above} ${unit}`, holds: value - yardstick <= above }
}

/** A value with a limit of its own. */
export function atMost(figure: string, value: number, unit: string, most: number): Measured {
  return { figure, value, unit, goal: `≤ ${most} ${unit}`, holds: value <= most }
}

/** A value that may differ from its yardstick by so many parts of a hundred. */
export function withinPercent(
  figure: string,
  value: number,
  unit: string,
  yardstick: number,
  percent: number,
): Measured {
  const ratio = value / yardstick
  const holds = Math.abs(ratio - 1) <= percent / 100
  return { figure, value, unit, yardstick, ratio, goal: `±${percent} %`, holds }
}
