import { describe, expect, it } from 'vitest'
import { say } from '#contract/texts/say.ts'

describe('A sentence with a number', () => {
  const entry = { one: '1 check passes', other: '{n} checks pass' }

  it('takes the form of its language', () => {
    expect([1, 2, 0, 1200].map((n) => say(entry, { n }, 'en-GB'))).toEqual([
      '1 check passes',
      '2 checks pass',
      '0 checks pass',
      '1,200 checks pass',
    ])
  })

  it('takes the general form where a language has none of its own', () => {
    expect(say({ other: '{n} things' }, { n: 1 }, 'en-GB')).toBe('1 things')
  })

  it('writes numbers as they are written there', () => {
    expect(say('{n} Zeichen', { n: 1200 }, 'de-DE')).toBe('1.200 Zeichen')
  })
})

describe('A sentence with a name', () => {
  it('takes the name as text, whatever is in it', () => {
    expect(say('Hello {name}', { name: '{n} <b>', n: 3 }, 'en-GB')).toBe('Hello {n} <b>')
  })
})
