import { describe, expect, it } from 'vitest'
import { catalogueFields, claimsOfField, meaningOfField, protocolClaims } from '#agent/privacy/field-catalogue.ts'
import { attestationClaims } from '#contract/attestation-claims.ts'
import { enrollClaims } from '#contract/enrollment.ts'
import { de } from '#contract/texts/de.ts'
import { en } from '#contract/texts/en.ts'

const described = [...Object.values(claimsOfField).flat(), ...protocolClaims]

function pointers(shape: object, prefix = ''): readonly string[] {
  return Object.keys(shape).map((name) => `${prefix}/${name}`)
}

describe('the catalogue of fields', () => {
  it('knows every claim that a report can hold', () => {
    const { submods, ...top } = attestationClaims.shape
    const all = [
      ...pointers(top),
      ...pointers(submods.shape.posture.shape, '/submods/posture'),
      ...pointers(submods.shape.agent.shape, '/submods/agent'),
      '/submods/os',
    ]
    expect(all.filter((pointer) => !described.includes(pointer))).toEqual([])
  })

  it('knows every claim that an enrolment can hold', () => {
    const { hints, ...top } = enrollClaims.shape
    const all = [...pointers(top), ...pointers(hints.shape, '/hints')]
    expect(all.filter((pointer) => !described.includes(pointer))).toEqual([])
  })

  it('names no claim twice', () => {
    expect(new Set(described).size).toBe(described.length)
  })

  it.each([en, de])('says what each field means', (texts) => {
    for (const field of catalogueFields) expect(meaningOfField(field, texts)).not.toBe(field)
    expect(meaningOfField('of-a-newer-gateway', texts)).toBe('of-a-newer-gateway')
  })
})
