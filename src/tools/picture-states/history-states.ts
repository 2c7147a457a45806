import type { HistoryItem, HistoryKind } from '#contract/agent-exceptions.ts'
import { aSnapshot, day, hour, issuer, minute, now } from './company.ts'
import { aRequest, granted } from './company-requests.ts'
import { fails, gives, never, type PictureState, type PictureStates } from './picture-state.ts'
import { aMessage, aReport, headOfMessage } from './sent-messages.ts'
import type { Outcome } from './verdict-changes.ts'
import { changed } from './verdict-changes.ts'

const at = { route: { screen: 'history' }, snapshot: aSnapshot() } as const
const host = new URL(issuer).host

const off: Outcome = ['violated', { state: 'off', inbound: 'allow' }]
const on: Outcome = ['met', { state: 'on', inbound: 'block' }]

/** Two days on a laptop. */
const told: readonly HistoryItem[] = [
  { kind: 'sent', at: now - 12 * minute, times: 4, message: headOfMessage(aReport('S1V9xQ7mTzB1nLc5hYw8Rg', 418)) },
  { kind: 'exception', at: now - 18 * minute, request: granted() },
  {
    kind: 'sent',
    at: now - 40 * minute,
    times: 1,
    message: headOfMessage(
      aReport('S2V9xQ7mTzB1nLc5hYw8Rg', 414, {
        at: now - 40 * minute,
        reason: 'changed',
        outcome: 'refused',
        code: 'use_nonce',
      }),
    ),
  },
  changed('AhV9xQ7mTzB1nLc5hYw8Rg', now - 50 * minute, 'firewall-on', on, off),
  {
    kind: 'sent',
    at: now - 55 * minute,
    times: 6,
    message: headOfMessage(
      aMessage(
        'S3V9xQ7mTzB1nLc5hYw8Rg',
        'exception-preview+jwt',
        { ask: { mode: 'normal' } },
        { at: now - 55 * minute, reason: null },
      ),
    ),
  },
  changed(
    'BhV9xQ7mTzB1nLc5hYw8Rg',
    now - 5 * hour,
    'remote-access-off',
    ['unknown', undefined],
    ['met', { state: 'off', services: [] }],
  ),
  {
    kind: 'exception',
    at: now - day,
    request: aRequest({
      request_id: '01a20b9c-1f20-7b11-9c3d-5e7f8a9b0c1d',
      state: 'denied',
      votes: null,
      decide_by: null,
      why: 'The fix is out since this morning.',
      told_at: now - day,
    }),
  },
  { kind: 'key', id: 'DhV9xQ7mTzB1nLc5hYw8Rg', at: now - day - hour, event: 'locked', back_end: 'keytar' },
  { kind: 'key', id: 'EhV9xQ7mTzB1nLc5hYw8Rg', at: now - day - 50 * minute, event: 'ok', back_end: 'keytar' },
  { kind: 'update', id: 'FhV9xQ7mTzB1nLc5hYw8Rg', at: now - day - 3 * hour, from: '1.3.2', to: '1.4.0' },
  { kind: 'enrollment', id: 'GhV9xQ7mTzB1nLc5hYw8Rg', at: now - 2 * day, event: 'fields-accepted', by: 'you', host },
  { kind: 'enrollment', id: 'HhV9xQ7mTzB1nLc5hYw8Rg', at: now - 2 * day - hour, event: 'enrolled', by: 'you', host },
  { kind: 'key', id: 'IhV9xQ7mTzB1nLc5hYw8Rg', at: now - 2 * day - hour, event: 'created', back_end: 'keytar' },
]

const items = told.toSorted((one, other) => other.at - one.at)

const shows = (page: readonly HistoryItem[], older: string | null = null): PictureState => ({
  ...at,
  answers: {
    'history/page': async ({ kinds }) => ({
      items: page.filter(({ kind }) => kinds === undefined || kinds.includes(kind)).slice(0, 50),
      older,
    }),
  },
})
const only = (kind: HistoryKind): PictureState => ({ ...shows(items), acts: [{ act: 'press', name: `show-${kind}` }] })

export const historyStateNames = ['every-kind', 'empty', 'more-below', 'loading', 'failed'] as const

export const historyStates: PictureStates<(typeof historyStateNames)[number] | `only-${HistoryKind}`> = {
  'every-kind': shows(items),
  'only-verdict': only('verdict'),
  'only-exception': only('exception'),
  'only-sent': only('sent'),
  'only-enrollment': only('enrollment'),
  'only-key': only('key'),
  'only-update': only('update'),
  empty: { ...at, answers: { 'history/page': gives({ items: [], older: null }) } },
  'more-below': shows(items, 'IhV9xQ7mTzB1nLc5hYw8Rg'),
  loading: { ...at, answers: { 'history/page': never } },
  failed: {
    ...at,
    answers: {
      'history/page': fails('state_unreadable', {
        file: 'history/events.jsonl',
        reason: 'Its rights do not let Postern in (EACCES)',
      }),
    },
  },
}
