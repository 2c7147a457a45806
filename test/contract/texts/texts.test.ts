import { describe, expect, it } from 'vitest'
import { fillText } from '#contract/fill-text.ts'
import { de } from '#contract/texts/de.ts'
import { en, type Texts } from '#contract/texts/en.ts'
import { agentStates } from '#domain/agent-state.ts'
import type { FailureCode, FailureDetails } from '#domain/failure.ts'
import { unknownReasons } from '#domain/reading.ts'
import { signalIds } from '#domain/signals.ts'
import { failureStatus, isWireCode } from '#gateway/http/failure-status.ts'

/** The words that each failure always brings along: what a sentence may fill in. A code missing here does not compile. */
const always: { readonly [Code in FailureCode]: readonly (keyof RequiredOf<FailureDetails[Code]>)[] } = {
  use_nonce: [],
  clock_skew: [],
  invalid_signature: [],
  invalid_token: [],
  invalid_dpop_proof: [],
  use_dpop_nonce: [],
  step_up_required: [],
  enrollment_refused: [],
  tier_too_low: [],
  tier_downgrade: [],
  pending_approval: [],
  retired_key: [],
  device_quarantined: [],
  not_owner: [],
  device_silent: [],
  posture_failed: [],
  not_found: [],
  replayed: [],
  chain_fork: [],
  key_in_use: [],
  request_closed: ['state'],
  state_conflict: ['state'],
  terms_changed: ['state'],
  handoff_expired: [],
  too_large: [],
  media_type: [],
  profile_unsupported: [],
  schema_invalid: [],
  agent_outdated: [],
  not_supported: [],
  exception_limit: [],
  number_mismatch: [],
  rate_limited: [],
  internal: [],
  unavailable: [],
  log_locked: [],
  not_eligible: [],
  already_voted: [],
  stage_choice: [],
  challenge_expired: [],
  login_required: [],
  ambiguous_credentials: [],
  origin_refused: [],
  role_required: ['roles'],
  sign_in_refused: [],
  invitation_refused: [],
  assertion_refused: [],
  passkey_missing: [],
  passkey_exists: [],
  last_passkey: [],
  last_admin: [],
  role_held: ['roles', 'pools'],
  managed_elsewhere: ['by'],
  edit_conflict: ['version', 'item'],
  book_changed: ['book'],
  already_exists: ['errors'],
  in_use: ['used_by'],
  lint_failed: [],
  not_enrolled: [],
  already_enrolled: ['host'],
  consent_missing: [],
  consent_changed: [],
  key_missing: ['reason'],
  key_locked: [],
  key_unavailable: ['reason'],
  file_key_refused: ['reason'],
  gateway_unreachable: ['reason'],
  gateway_untrusted: ['reason'],
  gateway_identity: ['expected', 'seen'],
  gateway_answer_invalid: ['reason'],
  issuer_not_allowed: ['issuer', 'reason'],
  link_invalid: ['reason'],
  config_stale: ['have', 'got'],
  state_too_new: ['file'],
  state_unreadable: ['file', 'reason'],
  state_unwritable: ['file', 'reason'],
  agent_not_running: [],
  agent_running: [],
  socket_path_too_long: ['path', 'bytes'],
  settings_invalid: ['file', 'issues'],
  book_invalid: ['remarks'],
  unknown_person: ['email'],
  not_here: [],
  quit_hidden: [],
  cannot_open: ['reason'],
  not_implemented: ['what'],
  question_invalid: [],
  too_many_questions: [],
  drafts_full: ['most'],
  draft_sent: [],
  token_invalid: ['reason'],
}
type RequiredOf<Details> = {
  [Name in keyof Details as object extends Pick<Details, Name> ? never : Name]: Details[Name]
}

const codes = Object.keys(always)
const languages: readonly (readonly [string, Texts])[] = [
  ['en', en],
  ['de', de],
]

function placeholders(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name ?? ''))].sort()
}

/** Every sentence of a language by its place. */
function sentences(texts: Texts): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const walk = (value: unknown, path: string) => {
    if (typeof value === 'string') found.set(path, value)
    else for (const [name, member] of Object.entries(Object(value))) walk(member, `${path}/${name}`)
  }
  walk(texts, '')
  return found
}

describe.each(languages)('The texts in %s', (_language, texts) => {
  it('have title and detail for every failure code, and for no other', () => {
    expect(Object.keys(texts.failures).sort()).toEqual([...codes].sort())
    for (const { title, detail } of Object.values(texts.failures)) {
      expect(title.length).toBeGreaterThan(5)
      expect(detail).toMatch(/[.>]$|policy lint$|postern \w+$/)
    }
  })

  it('have words for every signal, state and reason', () => {
    expect(Object.keys(texts.signals)).toEqual(signalIds)
    expect(Object.keys(texts.states)).toEqual(agentStates)
    expect(Object.keys(texts.reasons)).toEqual(unknownReasons)
  })

  it('have no empty sentence, and no space at its ends', () => {
    for (const [place, text] of sentences(texts)) {
      expect(text, place).not.toBe('')
      expect(text.trim(), place).toBe(text)
    }
  })

  it('fill in only what the failure always brings along', () => {
    for (const [code, names] of Object.entries(always)) {
      const text = Object.entries(texts.failures).find(([name]) => name === code)?.[1]
      const words: readonly string[] = names
      for (const name of placeholders(`${text?.title} ${text?.detail}`)) expect(words, code).toContain(name)
    }
  })

  it('leave no placeholder open once they are filled in', () => {
    for (const [code, names] of Object.entries(always)) {
      const values = Object.fromEntries(names.map((name) => [name, name === 'have' || name === 'got' ? 7 : 'word']))
      const text = Object.entries(texts.failures).find(([name]) => name === code)?.[1]
      expect(fillText(`${text?.title} ${text?.detail}`, values), code).not.toMatch(/[{}]/)
    }
  })
})

describe('English and German', () => {
  it('say the same: the same sentences with the same placeholders', () => {
    const german = sentences(de)
    const english = sentences(en)
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort())
    for (const [place, text] of english)
      expect(placeholders(german.get(place) ?? ''), place).toEqual(placeholders(text))
  })

  it('are two languages: no long sentence is the same in both', () => {
    const german = sentences(de)
    for (const [place, text] of sentences(en)) if (text.length > 30) expect(german.get(place), place).not.toBe(text)
  })
})

describe('Codes that cross the wire', () => {
  it('have a status each: 4xx or 5xx', () => {
    for (const [code, status] of Object.entries(failureStatus)) {
      expect(codes).toContain(code)
      expect(status, code).toBeGreaterThanOrEqual(400)
      expect(status, code).toBeLessThan(600)
    }
  })

  it.each([
    ['use_nonce', 401],
    ['clock_skew', 401],
    ['invalid_signature', 401],
    ['invalid_token', 401],
    ['invalid_dpop_proof', 401],
    ['use_dpop_nonce', 401],
    ['step_up_required', 401],
    ['enrollment_refused', 403],
    ['tier_too_low', 403],
    ['tier_downgrade', 403],
    ['pending_approval', 403],
    ['retired_key', 403],
    ['device_quarantined', 403],
    ['not_owner', 403],
    ['device_silent', 403],
    ['posture_failed', 403],
    ['not_found', 404],
    ['replayed', 409],
    ['chain_fork', 409],
    ['key_in_use', 409],
    ['request_closed', 409],
    ['state_conflict', 409],
    ['terms_changed', 409],
    ['handoff_expired', 410],
    ['too_large', 413],
    ['media_type', 415],
    ['profile_unsupported', 415],
    ['schema_invalid', 422],
    ['agent_outdated', 422],
    ['not_supported', 422],
    ['exception_limit', 422],
    ['number_mismatch', 422],
    ['rate_limited', 429],
    ['internal', 500],
    ['unavailable', 503],
    ['log_locked', 503],
  ])('have the status that the protocol prints: %s is %i', (code, status) => {
    expect(new Map(Object.entries(failureStatus)).get(code)).toBe(status)
  })

  it('are told from those that stay on a device', () => {
    expect(isWireCode('use_nonce')).toBe(true)
    for (const code of ['key_locked', 'token_invalid', 'toString', '__proto__', ''])
      expect(isWireCode(code)).toBe(false)
  })
})

describe('Filling in', () => {
  it('puts words and numbers in, and leaves what it was not given', () => {
    expect(fillText('{a} of {b}, {c}', { a: 'one', b: 2 })).toBe('one of 2, {c}')
  })

  it('never reads what only looks like a value', () => {
    expect(fillText('{constructor} {toString} {list}', { list: ['x'] })).toBe('{constructor} {toString} {list}')
  })

  it('fills once: a value with braces stays text', () => {
    expect(fillText('{a} {b}', { a: '{b}', b: '$&' })).toBe('{b} $&')
  })
})
