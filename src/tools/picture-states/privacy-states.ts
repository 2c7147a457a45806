import type { PrivacyCatalogue, SentPage, SentWhole } from '#contract/agent-windows.ts'
import { fieldIds } from '#contract/consent-fields.ts'
import type { RequestHandlers, Snapshot } from '#contract/ipc.ts'
import { Failure } from '#domain/failure.ts'
import { aSnapshot, contact, day, hour, minute, notEnrolled, now, organisation } from './company.ts'
import { description } from './enroll-states.ts'
import { fails, gives, never, type PictureState, type PictureStates } from './picture-state.ts'
import { aMessage, aReport, headOfMessage } from './sent-messages.ts'

const catalogue: PrivacyCatalogue = {
  fields: [...fieldIds],
  asked: description.fields,
  agreed: description.fields,
  missing: [],
  consent: { by: 'user', at: now - 2 * day },
  organisation,
  contact,
  url: description.url,
  retention_days: 90,
}

const ledger: readonly SentWhole[] = [
  aReport('S1V9xQ7mTzB1nLc5hYw8Rg', 418),
  aReport('S4V9xQ7mTzB1nLc5hYw8Rg', 417, { at: now - 27 * minute, reason: 'changed' }),
  aMessage(
    'S5V9xQ7mTzB1nLc5hYw8Rg',
    'exception-request+jwt',
    { ask: { mode: 'normal', checks: ['firewall-on'] } },
    { at: now - 40 * minute, reason: null },
  ),
  aReport('S6V9xQ7mTzB1nLc5hYw8Rg', 416, { at: now - 42 * minute, reason: 'asked' }),
  aReport('S7V9xQ7mTzB1nLc5hYw8Rg', 415, { at: now - hour, outcome: 'refused', code: 'use_nonce' }),
  aMessage('S8V9xQ7mTzB1nLc5hYw8Rg', 'enroll+jwt', { token: '…' }, { at: now - 2 * day, reason: null }),
]

function page(messages: readonly SentWhole[], more: Partial<SentPage> = {}): Partial<RequestHandlers> {
  return {
    'privacy/catalogue': gives(catalogue),
    'privacy/sent': gives({ items: messages.map(headOfMessage), older: null, waiting: [], ...more }),
    async 'privacy/payload'({ id }) {
      const found = messages.find((message) => message.id === id)
      if (found === undefined) throw new Failure('not_found', {})
      return found
    },
  }
}

function shows(answers: Partial<RequestHandlers>, snapshot: Partial<Snapshot> = {}): PictureState {
  return { route: { screen: 'privacy' }, snapshot: aSnapshot(snapshot), answers }
}
const nothing = page([])

export const privacyStateNames = [
  'sent',
  'exact-bytes',
  'nothing-sent',
  'not-enrolled',
  'queue',
  'new-field-asked',
  'agreed-by-policy',
  'report-refused',
  'report-unconfirmed',
  'loading',
  'failed',
] as const

export const privacyStates: PictureStates<(typeof privacyStateNames)[number]> = {
  sent: shows(page(ledger)),
  'exact-bytes': { ...shows(page(ledger)), acts: [{ act: 'press', name: 'show-bytes' }] },
  'nothing-sent': shows(nothing),
  'not-enrolled': {
    route: { screen: 'privacy' },
    snapshot: notEnrolled(),
    answers: {
      ...nothing,
      'privacy/catalogue': gives({
        ...catalogue,
        asked: [],
        agreed: [],
        consent: null,
        organisation: null,
        contact: null,
        url: null,
        retention_days: null,
      }),
    },
  },
  queue: shows(
    page(ledger, {
      waiting: [
        { kind: 'report', since: now - 25 * minute },
        { kind: 'request', since: now - 10 * minute, draft_id: 'T0dW9xQ7mTzB1nLc5hYw8Q', checks: ['firewall-on'] },
      ],
    }),
    { state: 'offline', stream: 'waiting', failure: { code: 'gateway_unreachable', at: now - 25 * minute } },
  ),
  'new-field-asked': shows(
    {
      ...page(ledger),
      'privacy/catalogue': gives({
        ...catalogue,
        asked: [...catalogue.asked, 'serial-hash'].sort(),
        missing: ['serial-hash'],
      }),
    },
    { consent: { by: 'user', missing: ['serial-hash'], unseen: false } },
  ),
  'agreed-by-policy': shows(
    { ...page(ledger), 'privacy/catalogue': gives({ ...catalogue, consent: { by: 'policy', at: now - 2 * day } }) },
    { consent: { by: 'policy', missing: [], unseen: false } },
  ),
  'report-refused': shows(
    page([
      aReport('S9V9xQ7mTzB1nLc5hYw8Rg', 419, { at: now - minute, outcome: 'refused', code: 'clock_skew' }),
      ...ledger,
    ]),
  ),
  'report-unconfirmed': shows(
    page([aReport('S9V9xQ7mTzB1nLc5hYw8Rg', 419, { at: now - minute, outcome: 'unconfirmed' }), ...ledger]),
  ),
  loading: shows({ 'privacy/catalogue': never, 'privacy/sent': never, 'privacy/payload': never }),
  failed: shows({
    ...nothing,
    'privacy/sent': fails('state_unreadable', {
      file: 'sent-ledger',
      reason: 'Its rights do not let Postern in (EACCES)',
    }),
  }),
}
