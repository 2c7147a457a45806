import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyTiers } from '#domain/key-tier.ts'
import { type Combined, combinePolicies } from '#domain/policy/combine.ts'
import { enforcements, type Policy } from '#domain/policy/documents.ts'
import type { Hashed } from '#domain/policy/hashed.ts'
import { aCheck, aPolicy, aRequirement } from '#test/support/a-judged-device.ts'

const ids = ['a', 'b', 'c']
const checks = new Map(ids.map((id) => [id, aCheck({ id })]))
const seconds = fc.integer({ min: 0, max: 5 })

const policy: fc.Arbitrary<Hashed<Policy>> = fc
  .record({
    id: fc.constantFrom('p', 'q', 'r', 's'),
    minKeyTier: fc.constantFrom(...keyTiers),
    maxSilenceSeconds: fc.integer({ min: 1, max: 9 }),
    require: fc.array(
      fc
        .record({
          check: fc.constantFrom(...ids),
          enforce: fc.constantFrom(...enforcements),
          graceSeconds: seconds,
          graceUnknownSeconds: seconds,
          exemptable: fc.boolean(),
        })
        .map(aRequirement),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(aPolicy)
const policies = fc.array(policy, { minLength: 1, maxLength: 4 })

function combined(list: readonly Hashed<Policy>[]): Combined {
  const result = combinePolicies(list, checks, 'linux')
  if (result === undefined) throw new Error('nothing to combine')
  return result
}

/** Whether `tight` asks at least what `loose` asks, in every field. */
function isAtLeastAsStrict(tight: Combined, loose: Combined): boolean {
  return (
    keyTiers.indexOf(tight.minKeyTier) >= keyTiers.indexOf(loose.minKeyTier) &&
    tight.maxSilenceSeconds <= loose.maxSilenceSeconds &&
    loose.requirements.every((wanted) => {
      const got = tight.requirements.find(({ check }) => check === wanted.check)
      return (
        got !== undefined &&
        enforcements.indexOf(got.enforce) >= enforcements.indexOf(wanted.enforce) &&
        got.graceSeconds <= wanted.graceSeconds &&
        got.graceUnknownSeconds <= wanted.graceUnknownSeconds &&
        (wanted.exemptable || !got.exemptable)
      )
    })
  )
}

describe('Combining policies', () => {
  it('does not depend on their order', () => {
    fc.assert(
      fc.property(policies, (list) => {
        expect(combined(list.toReversed())).toEqual(combined(list))
      }),
    )
  })

  it('gains nothing from repetition', () => {
    fc.assert(
      fc.property(policies, (list) => {
        expect(combined([...list, ...list])).toEqual(combined(list))
      }),
    )
  })

  it('only tightens with every policy more', () => {
    fc.assert(
      fc.property(policies, policy, (list, more) => {
        expect(isAtLeastAsStrict(combined([...list, more]), combined(list))).toBe(true)
      }),
    )
  })

  it('takes the hardest step and no grace where one policy gives none', () => {
    const list = [
      aPolicy({ id: 'p', require: [aRequirement({ check: 'a', enforce: 'warn', graceSeconds: 60 })] }),
      aPolicy({ id: 'q', require: [aRequirement({ check: 'a', enforce: 'approval', exemptable: false })] }),
    ]
    expect(combined(list).requirements[0]).toMatchObject({
      enforce: 'approval',
      graceSeconds: 0,
      exemptable: false,
      policies: ['p@11111111', 'q@11111111'],
    })
  })

  it('leaves out what is meant for another platform', () => {
    const list = [aPolicy({ require: [aRequirement({ check: 'a', platforms: ['macos'] })] })]
    expect(combined(list).requirements).toEqual([])
  })

  it('says nothing of no policy', () => {
    expect(combinePolicies([], checks, 'linux')).toBeUndefined()
  })
})
