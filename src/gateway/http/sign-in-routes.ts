import { peopleApi } from '#contract/people-api.ts'
import { isFailure } from '#domain/failure.ts'
import { endSession } from '#gateway/people/end-sessions.ts'
import { rolesOf } from '#gateway/people/person-roles.ts'
import { personRefOf } from '#gateway/people/view-person.ts'
import { challengeInvitation, registerInvited } from '#gateway/sessions/accept-invitation.ts'
import { askRecovery, viewRecovery } from '#gateway/sessions/recover.ts'
import type { StartedSession } from '#gateway/sessions/session-book.ts'
import { beginSignIn, finishSignIn } from '#gateway/sessions/sign-in.ts'
import { hash } from '#runtime/digest.ts'
import { randomSecret } from '#runtime/random-id.ts'
import { type AdminAnswer, type Answerer, answers } from './admin-call.ts'
import { personIn } from './asking-person.ts'
import { browserCookie, sessionCookie, writeCookie } from './console-cookies.ts'
import type { ConsolePorts } from './console-ports.ts'

const browserSeconds = { signIn: 300, recovery: 3600 } as const

/** How people come in: sign-in, one-time links, the way back (console-api.md section 2). */
export function signInAnswerers(ports: ConsolePorts): readonly Answerer[] {
  const { store, limits, party } = ports

  async function signedIn(status: number, started: StartedSession): Promise<AdminAnswer> {
    const { person, secret, expiresAt } = started
    const isApprover = await store.read((rows) => ports.isApprover(rows, person.id))
    const roles = [...(isApprover ? ['approver'] : []), ...rolesOf(person)]
    return {
      status,
      body: { person: personRefOf(person), roles, expires_at: expiresAt },
      cookies: [writeCookie(sessionCookie, secret), writeCookie(browserCookie, '', 0)],
    }
  }

  /** Five wrong tries an hour; what was right, or could not be known, costs nothing. */
  async function countTries<Answer>(key: string, attempt: () => Promise<Answer>): Promise<Answer> {
    await limits.checkTries(key)
    try {
      return await attempt()
    } catch (thrown) {
      if (isFailure(thrown, 'invitation_refused') || isFailure(thrown, 'assertion_refused')) await limits.countTry(key)
      throw thrown
    }
  }

  return [
    answers(peopleApi.signInChallenge, async ({ now, browserSecret }) => {
      const secret = browserSecret ?? randomSecret()
      const options = await store.transact((rows) => beginSignIn(rows, secret, party.rpId, now))
      return {
        status: 200,
        body: { options },
        cookies: [writeCookie(browserCookie, secret, browserSeconds.signIn)],
      }
    }),

    answers(peopleApi.signIn, async ({ body, browserSecret, acting }) =>
      signedIn(200, await finishSignIn(ports, { assertion: body.assertion, browserSecret }, acting)),
    ),

    answers(peopleApi.signOut, async ({ asker, acting }) => {
      const { session } = personIn(asker)
      await store.transact((rows) => endSession(rows, session, 'sign-out', acting))
      return { status: 204, cookies: [writeCookie(sessionCookie, '', 0)] }
    }),

    answers(peopleApi.invitationChallenge, async ({ body, acting }) => {
      const asked = await countTries(`invitation/${hash(body.token)}`, () =>
        store.transact((rows) => challengeInvitation(rows, body, ports, acting.nowMs)),
      )
      return { status: 200, body: asked }
    }),

    answers(peopleApi.invitationRegistration, async ({ body, acting }) =>
      signedIn(201, await countTries(`invitation/${hash(body.token)}`, () => registerInvited(ports, body, acting))),
    ),

    answers(peopleApi.askRecovery, async ({ body, browserSecret, acting }) => {
      const key = `totp/${hash(body.email.toLowerCase())}`
      await limits.checkTries(key)
      await limits.countTry(key) // whether it was wrong is nobody's business
      const secret = browserSecret ?? randomSecret()
      const asked = await askRecovery(ports, { ...body, browserSecret: secret }, acting)
      return {
        status: 202,
        body: asked,
        cookies: [writeCookie(browserCookie, secret, browserSeconds.recovery)],
      }
    }),

    answers(peopleApi.viewRecovery, async ({ path, browserSecret, now }) => ({
      status: 200,
      body: await store.read((rows) => viewRecovery(rows, path['id'] ?? '', browserSecret, ports.issuer, now)),
    })),
  ]
}
