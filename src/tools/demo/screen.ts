import { layPairs } from '#cli/print/lay-table.ts'
import { type Paint, paintFor } from '#cli/print/paint.ts'
import { padText, textWidth } from '#cli/print/text-width.ts'
import { indentText } from '#cli/print/wrap-text.ts'

/** Where the demo tells a person what happens. With `--json` nobody is told. */
export type Screen = {
  readonly paint: Paint
  readonly columns: number
  /** A numbered step with what it took, right-aligned. */
  step(title: string, ms?: number): void
  /** Running text under a step, wrapped. */
  text(text: string): void
  /** A line as it stands. */
  line(line?: string): void
  pairs(pairs: readonly (readonly [string, string])[]): void
}

const widest = 80
const indent = '   '

export function screenOn(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Screen {
  const paint = paintFor(stream, environment)
  const columns = Math.min(widest, Math.max(40, stream.columns ?? widest))
  let steps = 0
  const line = (text = '') => stream.write(`${text}\n`)
  return {
    paint,
    columns,
    line,
    step(title, ms) {
      steps += 1
      const left = `${String(steps).padStart(2)} ${title}`
      const right = ms === undefined ? '' : durationText(ms)
      const room = ' '.repeat(Math.max(1, columns - textWidth(left) - textWidth(right)))
      line()
      line(`${paint.strong(left)}${right === '' ? '' : `${room}${paint.faint(right)}`}`)
    },
    text(text) {
      for (const each of indentText(text, columns, indent)) line(each)
    },
    pairs(pairs) {
      for (const each of layPairs(pairs, columns, indent)) line(each)
    },
  }
}

/** For whoever only wants the document. */
export function silentScreen(environment: NodeJS.ProcessEnv): Screen {
  const nothing = () => undefined
  return {
    paint: paintFor({}, environment),
    columns: widest,
    line: nothing,
    step: nothing,
    text: nothing,
    pairs: nothing,
  }
}

export function durationText(ms: number): string {
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${ms} ms`
}

/** Two columns, the first one filled up. */
export function besides(left: string, width: number, right: string): string {
  return `${padText(left, width)}  ${right}`
}
