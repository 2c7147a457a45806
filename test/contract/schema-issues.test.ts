import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { attestationClaims } from '#contract/attestation-claims.ts'
import { problem } from '#contract/problem.ts'
import { schemaIssues } from '#contract/schema-issues.ts'
import { exampleClaims } from '#test/support/a-wire.ts'

const schema = z.strictObject({
  'a/b~c': z.int().min(1).max(3),
  list: z.array(z.enum(['x', 'y'])).max(1),
  text: z.string().regex(/^a$/).exactOptional(),
  pair: z.object({ one: z.boolean() }).refine(({ one }) => one, { error: 'true' }),
})

function issuesOf(value: unknown, prefix?: string) {
  const parsed = schema.safeParse(value)
  return parsed.success ? [] : schemaIssues(parsed.error, prefix)
}

const good = { 'a/b~c': 1, list: [], pair: { one: true } }

describe('What is wrong with a value', () => {
  it.each([
    [{ ...good, 'a/b~c': 'one' }, '/a~1b~0c', 'must be number'],
    [{ ...good, 'a/b~c': 0 }, '/a~1b~0c', 'is less than 1'],
    [{ ...good, 'a/b~c': 4 }, '/a~1b~0c', 'is more than 3 allows'],
    [{ ...good, list: ['z'] }, '/list/0', 'is not one of the values allowed here'],
    [{ ...good, list: ['x', 'y'] }, '/list', 'is more than 1 allows'],
    [{ ...good, text: 'b' }, '/text', 'is not in the form required here'],
    [{ ...good, pair: { one: false } }, '/pair', 'must be true'],
    [{ ...good, 'new/one': 1 }, '/new~1one', 'is not known here'],
    [[], '', 'must be object'],
  ])('is said by a JSON pointer and words: %j', (value, pointer, detail) => {
    expect(issuesOf(value)).toEqual([{ pointer, detail: expect.stringContaining(detail) }])
  })

  it('stands behind the prefix given', () => {
    expect(issuesOf({ ...good, list: 1 }, '/people/2')).toEqual([
      { pointer: '/people/2/list', detail: expect.any(String) },
    ])
  })

  it('is at most twenty things', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`m${at}`, 1]))
    expect(issuesOf({ ...good, ...many })).toHaveLength(20)
  })

  it('never repeats a value, and always fits a problem', () => {
    const secret = 'hunter2-hunter2'
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(exampleClaims())), fc.jsonValue(), (name, value) => {
        const parsed = attestationClaims.safeParse({
          ...exampleClaims(),
          [name]: [secret, value, { [secret.repeat(20)]: 1 }],
        })
        if (parsed.success) return
        const errors = schemaIssues(parsed.error)
        expect(errors.length).toBeGreaterThan(0)
        expect(errors.map(({ detail }) => detail).join()).not.toContain(secret)
        expect(problem.shape.errors.safeParse(errors).success).toBe(true)
      }),
    )
  })
})
