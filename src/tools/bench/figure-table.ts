import type { Measured } from './figure.ts'

/** The measurements as a table for people, 80 columns wide. */
export function figureTable(measured: readonly Measured[]): string {
  const head = ['figure', 'value', 'yardstick', 'ratio', 'goal', '']
  const rows = measured.map(({ figure, value, unit, yardstick, ratio, goal, holds }) => [
    figure,
    `${rounded(value)} ${unit}`,
    yardstick === undefined ? '' : `${rounded(yardstick)} ${unit}`,
    ratio === undefined ? '' : ratio.toFixed(2),
    goal,
    goal === '' ? 'told' : holds ? 'holds' : 'MISSED',
  ])
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)))
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) =>
        column >= 1 && column <= 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
  return `\n${lines.join('\n')}\n\n`
}

function rounded(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return value.toFixed(value >= 100 ? 0 : 1)
}
