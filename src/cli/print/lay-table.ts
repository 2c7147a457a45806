import { padText, textWidth } from './text-width.ts'
import { wrapText } from './wrap-text.ts'

/** A cell is text, already plain; `paint` colours it after it was measured. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string }
export type Row = readonly Cell[]

const gap = 2
const narrowest = 6

/**
 * Rows as lines of at most `columns` columns, with an indent. Every column is as wide as its widest cell where there is
 * room; otherwise the widest give way until it fits, and their cells are wrapped.
 */
export function layTable(rows: readonly Row[], columns: number, indent = ''): readonly string[] {
  const count = Math.max(0, ...rows.map((row) => row.length))
  const widest = Array.from({ length: count }, (_, index) =>
    Math.max(0, ...rows.map((row) => textWidth(textOf(row[index])))),
  )
  const widths = fitWidths(widest, columns - textWidth(indent) - gap * Math.max(0, count - 1))
  return rows.flatMap((row) => layRow(row, widths, indent))
}

function layRow(row: Row, widths: readonly number[], indent: string): readonly string[] {
  const cells = widths.map((width, index) => wrapText(textOf(row[index]), width))
  const height = Math.max(1, ...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) => {
    const parts = widths.map((width, index) => {
      const text = cells[index]?.[line] ?? ''
      const painted = paintOf(row[index])(text)
      return index === widths.length - 1 ? painted : painted + ' '.repeat(Math.max(0, width - textWidth(text)))
    })
    return `${indent}${parts.join(' '.repeat(gap))}`.trimEnd()
  })
}

/** Takes from the widest column, one at a time, until all fit or all are at their narrowest. */
export function fitWidths(widest: readonly number[], room: number): readonly number[] {
  const widths = [...widest]
  const total = () => widths.reduce((sum, width) => sum + width, 0)
  while (total() > room) {
    const most = Math.max(...widths)
    if (most <= narrowest) break
    widths[widths.lastIndexOf(most)] = most - 1
  }
  return widths
}

function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return ''
  return typeof cell === 'string' ? cell : cell.text
}

function paintOf(cell: Cell | undefined): (text: string) => string {
  return cell === undefined || typeof cell === 'string'
    ? (text) => text
    : (text) => (text === '' ? '' : cell.paint(text))
}

/** Pairs of a label and what it says, the labels in one column. */
export function layPairs(
  pairs: readonly (readonly [string, string])[],
  columns: number,
  indent = '',
): readonly string[] {
  const label = Math.max(0, ...pairs.map(([name]) => textWidth(name)))
  return pairs.flatMap(([name, text]) =>
    wrapText(text, columns - textWidth(indent) - label - gap).map(
      (line, index) => `${indent}${padText(index === 0 ? name : '', label)}${' '.repeat(gap)}${line}`,
    ),
  )
}
