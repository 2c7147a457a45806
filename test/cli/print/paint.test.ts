import { describe, expect, it } from 'vitest'
import { noPaint, paintFor } from '#cli/print/paint.ts'

const terminal = { isTTY: true }

describe('Colour', () => {
  it('is there on a terminal', () => {
    expect(paintFor(terminal, {}).bad('off')).toBe('\u001b[31moff\u001b[39m')
  })

  it.each([
    ['the output is no terminal', {}, {}],
    ['NO_COLOR is set', terminal, { NO_COLOR: '1' }],
    ['NO_COLOR is set to 0', terminal, { NO_COLOR: '0' }],
    ['the terminal is a dumb one', terminal, { TERM: 'dumb' }],
  ])('is not there where %s', (_, stream, environment) => {
    expect(paintFor(stream, environment)).toBe(noPaint)
  })

  it('is there where NO_COLOR is empty, as its page says', () => {
    expect(paintFor(terminal, { NO_COLOR: '' })).not.toBe(noPaint)
  })
})
