import { describe, expect, it } from 'vitest'
import { type Question, type RequestName, requestNames } from '#contract/ipc.ts'
import type { Log } from '#runtime/log.ts'
import { silentLog } from '#runtime/log.ts'
import { requestId } from '#tools/picture-states/company-requests.ts'
import { scriptedAgent } from '#tools/picture-states/scripted-agent.ts'
import { allPictureStates, pictureScreens, pictureStates } from '#tools/picture-states.ts'

const link = 'postern://enroll?server=https%3A%2F%2Fp.example&code=A'
const id22 = 'S1V9xQ7mTzB1nLc5hYw8Rg'
const asked = { checks: ['firewall-on'], resources: ['source'] }

/** A question for each request, so that none of them goes without an answer. */
const questions: { readonly [Name in RequestName]: Question<Name> } = {
  'agent/snapshot': undefined,
  'route/take': undefined,
  'posture/check-now': undefined,
  'enrollment/preview': { link },
  'enrollment/confirm': { link, consent: 'A'.repeat(43) },
  'enrollment/cancel': undefined,
  'privacy/catalogue': undefined,
  'privacy/sent': {},
  'privacy/payload': { id: id22 },
  'privacy/save': { id: id22 },
  'privacy/accept-fields': { fields: [] },
  'key/try-again': undefined,
  'exception/form': {},
  'exception/preview': asked,
  'exception/submit': { ...asked, duration_s: 3600, category: 'debugging', reason: 'x' },
  'exception/show': { request_id: requestId },
  'exception/withdraw': { request_id: requestId },
  'exception/surrender': { request_id: requestId },
  'exception/reply': { request_id: requestId, text: 'x' },
  'exception/open-step-up': { request_id: requestId },
  'reply/keep': { request_id: requestId, text: 'x' },
  'reply/kept': { request_id: requestId },
  'draft/save': asked,
  'draft/discard': { draft_id: id22 },
  'history/page': {},
  'reminder/snooze': { check: 'firewall-on', until: null },
  'settings/read': undefined,
  'settings/change': {},
  'settings-link/open': { kind: 'console' },
  'diagnostics/preview': { language: 'en' },
  'diagnostics/save': { text: '' },
  'clipboard/copy': { text: '' },
  'app/quit': undefined,
}

const loading = Symbol('loading')
/** The turns of the event loop that an answer of values takes at most. */
const soon = () => new Promise<typeof loading>((resolve) => setImmediate(() => setImmediate(resolve, loading)))

describe('What the pictures show', () => {
  it.each(allPictureStates())('is what an agent could say: $screen, $name', async ({ state }) => {
    const refused: string[] = []
    const log: Log = { ...silentLog, error: (event, fields) => void refused.push(`${event} ${JSON.stringify(fields)}`) }
    const agent = scriptedAgent(state, 'en', log)
    for (const name of requestNames) {
      const reply = await Promise.race([agent.answer(name, questions[name]), soon()])
      if (reply !== loading) expect(reply, name).not.toMatchObject({ ok: false, code: 'question_invalid' })
    }
    expect(refused).toEqual([])
  })

  it('leaves no screen without a state', () => {
    for (const screen of pictureScreens) expect(Object.keys(pictureStates[screen]).length).toBeGreaterThan(4)
  })

  it('can be refused: an answer that its schema does not know is none', async () => {
    const state = pictureStates.status['healthy']
    if (state === undefined) throw new Error('there is no healthy state')
    const agent = scriptedAgent({ ...state, snapshot: { ...state.snapshot, version: 'x'.repeat(65) } }, 'en', silentLog)
    expect(await agent.answer('agent/snapshot', undefined)).toMatchObject({ ok: false, code: 'internal' })
  })
})
