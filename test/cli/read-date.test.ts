import { describe, expect, it } from 'vitest'
import { readDate } from '#cli/read-date.ts'

describe('A date on the command line', () => {
  it('is the beginning of that day, UTC', () => {
    expect(readDate('2026-11-26')).toBe(Date.UTC(2026, 10, 26) / 1000)
  })

  it.each(['2026-02-30', '2026-13-01', '2026-1-1', '26-11-2026', '2026-11-26T10:00Z', 'tomorrow', ''])(
    'is none: %s',
    (text) => {
      expect(readDate(text)).toBeUndefined()
    },
  )
})
