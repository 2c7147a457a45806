import { describe, expect, it } from 'vitest'
import type { ShownRequest } from '#contract/agent-exceptions.ts'
import { say } from '#contract/texts/say.ts'
import { exceptionsDe } from '#contract/texts/windows/exceptions-de.ts'
import { exceptionsEn } from '#contract/texts/windows/exceptions-en.ts'
import type { ExceptionsTexts } from '#contract/texts/windows/exceptions-texts.ts'
import { type GrantState, grantStates, type RequestState, requestStates } from '#domain/exceptions/states.ts'
import { noon } from '#test/support/a-snapshot.ts'
import { aGrantedRequest, aShownRequest, requestId } from '#test/support/an-exception-form.ts'
import { madeAt } from '../../../renderer/agent/exceptions/made-at.ts'
import { pathOfRequest } from '../../../renderer/agent/exceptions/path-of-request.ts'
import { shortStanding, standingOf } from '../../../renderer/agent/exceptions/standing-of-request.ts'

const clock = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 16)
const speech = {
  say: (entry: Parameters<typeof say>[0], values: Parameters<typeof say>[1] = {}) => say(entry, values, 'en-GB'),
  moment: clock,
  distance: () => 'soon',
  list: (names: readonly string[]) => names.join(' and '),
  plain: (text: string) => text,
  now: noon,
}
const names = {
  check: (id: string) => id,
  checks: (ids: readonly string[]) => ids.join(' and '),
  resources: (ids: readonly string[]) => ids.join(' and '),
  stage: (id: string) => id,
}
const standing = (request: ShownRequest, texts: ExceptionsTexts = exceptionsEn) =>
  standingOf(request, texts, names, speech)

/** Desktop.md section 16: what each state says and what it offers. */
const requests: {
  readonly [State in Exclude<RequestState, 'approved' | 'info_needed'>]: readonly [string, readonly string[]]
} = {
  step_up_required: ['Confirm it is you to send this request', ['continue', 'withdraw']],
  pending: ['Waiting: 1 of 2 approvals', ['withdraw']],
  denied: ['Denied', ['again']],
  withdrawn: ['You took this request back', ['again']],
  lapsed: ['Nobody decided in time', ['again']],
  refused: ['The gateway refused this request', ['again']],
  stale: ['Outdated: it can no longer be approved', ['again']],
}
const grants: { readonly [State in GrantState]: readonly [string, readonly string[]] } = {
  scheduled: ['Approved. Starts 09:50', ['end']],
  awaiting_activation: ['Approved. Start it before 10:50', ['end']],
  active: ['Active until 10:50', ['end']],
  suspended: ['On hold: disk', ['fix', 'end']],
  expired: ['Ended at 10:01: its time is over', ['again']],
  revoked: ['Ended at 10:01: taken back', ['again']],
  cured: ['The check passes, so the exception ended by itself', []],
  unclaimed: ['Ended at 10:01: it was not started in time', ['again']],
  voided: ['Ended at 10:01: it no longer holds', ['again']],
}
const inState = (state: GrantState) => aGrantedRequest({ state, cause: 'disk', ended_at: noon + 60 })

describe('A request whose time is over while nobody has said so', () => {
  const later = { ...speech, now: noon + 4000 }

  it('is not said to be active, and nothing is offered that must fail', () => {
    expect(standingOf(aGrantedRequest(), exceptionsEn, names, later)).toEqual({
      mark: 'pending',
      sentence: 'Its time was over at 10:50',
      notes: ['The gateway has not said yet that it has ended.'],
      offers: [],
    })
    expect(shortStanding(aGrantedRequest(), exceptionsEn, later)).toBe('Its time was over at 10:50')
  })

  it('says that a decision was due, not that it is due some minutes ago', () => {
    const past = { ...speech, now: noon + 7300 }
    expect(standingOf(aShownRequest(), exceptionsEn, names, past).notes).toContain('A decision was due 12:00.')
    const question = aShownRequest({ state: 'info_needed' })
    expect(standingOf(question, exceptionsEn, names, past).notes).toEqual(['A decision was due 12:00.'])
  })

  it('stays hearsay where nothing proves the approval', () => {
    const hearsay = aGrantedRequest({}, { proven: false })
    expect(standingOf(hearsay, exceptionsEn, names, later).sentence).toBe('Said to be approved')
  })
})

describe('How a request stands', () => {
  it.each(Object.entries(requests))('%s', (state, [sentence, offers]) => {
    const found = requestStates.find((each) => each === state) ?? 'pending'
    expect(standing(aShownRequest({ state: found }))).toMatchObject({ sentence, offers })
  })

  it.each(grantStates)('its grant: %s', (state) => {
    const [sentence, offers] = grants[state]
    expect(standing(inState(state))).toMatchObject({ sentence, offers })
  })

  it('says the newest question as the approver asked it, and offers an answer', () => {
    const thread = [
      { id: '1', from: 'approver' as const, by: 'Priya', at: 1, text: 'Why?' },
      { id: '2', from: 'requester' as const, by: null, at: 2, text: 'Because.' },
      { id: '3', from: 'approver' as const, by: null, at: 3, text: 'Until when?' },
    ]
    const { sentence, offers } = standing(aShownRequest({ state: 'info_needed', thread }))
    expect(sentence).toBe('An approver asks: “Until when?”')
    expect(offers).toEqual(['reply', 'withdraw'])
    expect(standing(aShownRequest({ state: 'info_needed' })).sentence).toBe('A question waits for your answer')
  })

  it.each(grantStates)('says nothing of a grant (%s) as a fact while no signed decision proves it', (state) => {
    const request = { ...inState(state), proven: false }
    const { sentence, notes } = standing(request)
    expect([sentence, ...notes].join(' ')).not.toMatch(/\d\d:\d\d|Active|Ended|passes/)
    expect(shortStanding(request, exceptionsEn, speech)).toBe('Said to be approved, not proven yet')
  })

  it('leaves no gap to be read where something is not known', () => {
    const nothing = { votes: null, decide_by: null, waiting_for: [] }
    const times = { not_before: null, not_after: null, ended_at: null, cause: null }
    for (const texts of [exceptionsEn, exceptionsDe]) {
      const all = [
        ...requestStates.map((state) => aShownRequest({ state, ...nothing })),
        ...grantStates.map((state) => aGrantedRequest({ state, ...times })),
        ...requestStates.map((state) => aShownRequest({ state })),
        ...grantStates.map(inState),
      ]
      for (const request of all) {
        const { sentence, notes } = standing(request, texts)
        const steps = pathOfRequest(request, texts, speech)
        const said = [
          sentence,
          ...notes,
          shortStanding(request, texts, speech),
          ...steps.flatMap(({ label, note }) => [label, note ?? '']),
        ]
        expect(said.join(' ')).not.toMatch(/[{}]|undefined|null|\?$/)
      }
    }
  })
})

describe('The way of a request', () => {
  const way = (request: ShownRequest) =>
    pathOfRequest(request, exceptionsEn, speech)
      .map(({ state }) => state)
      .join(' ')

  it.each([
    [aShownRequest({ state: 'step_up_required' }), 'done now next next next'],
    [aShownRequest(), 'done done now next next'],
    [aShownRequest({ state: 'denied' }), 'done done stopped next next'],
    [aShownRequest({ state: 'refused' }), 'stopped next next next next'],
    [aShownRequest({ state: 'lapsed', votes: null }), 'done stopped next next next'],
    [aGrantedRequest({}, { proven: false }), 'done done now next next'],
    [aGrantedRequest({}, { grant: null }), 'done done done now next'],
    [aGrantedRequest(), 'done done done now next'],
    [aGrantedRequest({ state: 'cured', ended_at: noon }), 'done done done done done'],
  ])('%#', (request, expected) => {
    expect(way(request)).toBe(expected)
  })

  it('begins when the request was made, which its id tells', () => {
    expect(madeAt(requestId)).toBe(noon - 1500)
    expect(madeAt('01a20cc8-6770-4c10-8a4e-5d2f0c9be771')).toBeUndefined()
  })
})
