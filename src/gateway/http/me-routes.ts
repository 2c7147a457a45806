import { adminApi } from '#contract/admin-api.ts'
import type { AdminRoute } from '#contract/admin-route.ts'
import { peopleApi } from '#contract/people-api.ts'
import type { Json } from '#domain/canonical-json.ts'
import { Failure } from '#domain/failure.ts'
import { endSession, endSessions } from '#gateway/people/end-sessions.ts'
import { issueStatement } from '#gateway/people/issue-statement.ts'
import { notifyAdmins } from '#gateway/people/notify-admins.ts'
import { removeOwnPasskey } from '#gateway/people/remove-passkey.ts'
import { personRefOf, sessionItem } from '#gateway/people/view-person.ts'
import {
  beginRegistration,
  checkRegistration,
  keepPasskey,
  waitingRegistration,
} from '#gateway/sessions/register-passkey.ts'
import { ticketSeconds } from '#gateway/sessions/stream-tickets.ts'
import { beginTotp, confirmTotp, loadOtp, removeTotp } from '#gateway/sessions/totp.ts'
import type { PasskeyRecord } from '#gateway/storage/passkey-store.ts'
import { type Answerer, actOf, answers, parse, questionHash } from './admin-call.ts'
import { actingAs, personIn, runSigned } from './asking-person.ts'
import type { ConsolePorts } from './console-ports.ts'
import { admit } from './who-asks.ts'

/** What this gateway can do: [1] of the work order. */
const step = 1

/** What people do for themselves, and the challenges of signed acts (console-api.md section 2). */
export function meAnswerers(ports: ConsolePorts): readonly Answerer[] {
  const { store, party, organisation } = ports
  const signedRoutes = new Map(
    Object.values<AdminRoute>(adminApi)
      .filter(({ signed }) => signed !== undefined)
      .map((route) => [actOf(route), route]),
  )

  return [
    answers(peopleApi.challenge, async ({ asker, body, now }) => {
      const { person } = personIn(asker)
      const route = signedRoutes.get(body.act)
      if (route === undefined || route.asks === null) throw new Failure('not_found', {})
      await admit(ports, person, route)
      const names = [...route.path.matchAll(/\{([a-z_]+)\}/g)].map(([, name]) => name).sort()
      const { path } = body.question
      if (Object.keys(path).sort().join() !== names.join())
        throw new Failure('schema_invalid', { errors: [{ pointer: '/question/path', detail: 'must fit the act' }] })
      parse(route.asks, body.question.body)
      const question = questionHash(path, asJson(body.question.body))
      const issued = await store.transact((rows) =>
        issueStatement(rows, {
          label: 'postern/act/1',
          person: person.id,
          statement: (nonce) => ({ act: body.act, question, nonce }),
          rpId: party.rpId,
          now,
        }),
      )
      return { status: 200, body: issued }
    }),

    answers(peopleApi.me, async ({ asker }) => {
      const { person, session, roles } = personIn(asker)
      const [own, decision] = await Promise.all([
        store.read(async (rows) => {
          const notices = []
          for (const { id, type, at, eventId } of await rows.notices.unseen(person.id))
            notices.push({ id, type, at, log: await ports.placeOf(rows, eventId) })
          return {
            pools: await ports.poolsOf(rows, person.id),
            isApprover: await ports.isApprover(rows, person.id),
            passkeys: (await rows.passkeys.of(person.id)).length,
            totp: (await rows.totps.find(person.id, 'active')) !== undefined,
            notices,
          }
        }),
        ports.consoleDecision(person.id),
      ])
      const { isApprover, pools, ...rest } = own
      return {
        status: 200,
        body: {
          person: personRefOf(person),
          roles: isApprover ? ['approver', ...roles] : roles,
          pools,
          session: sessionItem(session, session.id, true),
          ...rest,
          console: decision,
          step,
          organisation,
          languages: ports.languages,
        },
      }
    }),

    answers(peopleApi.noticeSeen, async ({ asker, path, now }) => {
      const { person } = personIn(asker)
      if (!(await store.transact((rows) => rows.notices.seen(path['id'] ?? '', person.id, now))))
        throw new Failure('not_found', {})
      return { status: 204 }
    }),

    answers(peopleApi.mySessions, async ({ asker }) => {
      const { person, session } = personIn(asker)
      const all = await store.read((rows) => rows.sessions.of(person.id))
      return { status: 200, body: { items: all.slice(0, 100).map((each) => sessionItem(each, session.id, true)) } }
    }),

    answers(peopleApi.endMySession, async ({ asker, path, acting }) => {
      const { person } = personIn(asker)
      await store.transact(async (rows) => {
        const one = (await rows.sessions.of(person.id)).find(({ id }) => id === path['id'])
        if (one === undefined || !(await endSession(rows, one, 'ended', acting))) throw new Failure('not_found', {})
      })
      return { status: 204 }
    }),

    answers(peopleApi.endMySessions, async ({ asker, acting }) => {
      const { person, session } = personIn(asker)
      const ended = await store.transact((rows) =>
        endSessions(rows, person.id, 'ended', acting, ({ id }) => id !== session.id),
      )
      return { status: 200, body: { ended } }
    }),

    answers(peopleApi.myPasskeys, async ({ asker }) => {
      const { person } = personIn(asker)
      const all = await store.read((rows) => rows.passkeys.of(person.id))
      return { status: 200, body: { items: all.map(passkeyItem) } }
    }),

    answers(peopleApi.beginPasskey, async (question) => {
      const { person, session } = personIn(question.asker)
      const options = await runSigned(ports, question, (rows, _acting, { signed, proof }) =>
        beginRegistration(rows, {
          user: person,
          binding: `session/${session.id}`,
          memory: asJson({ signed, evidence: proof.evidence }),
          party,
          organisation,
          now: question.now,
        }),
      )
      return { status: 200, body: { options } }
    }),

    answers(peopleApi.addPasskey, async ({ asker, body, acting, now }) => {
      const { person, session } = personIn(asker)
      const own = actingAs(asker, acting)
      const waiting = await store.read((rows) =>
        waitingRegistration(rows, body.registration, `session/${session.id}`, now),
      )
      const passkey = await checkRegistration(body.registration, waiting.nonce, party).catch(
        async (refused: unknown) => {
          await store.transact((rows) => rows.ceremonies.use(waiting.nonce))
          throw refused
        },
      )
      const kept = await store.transact(async (rows) => {
        const given = { passkey, nonce: waiting.nonce, personId: person.id, label: body.label }
        const added = await keepPasskey(rows, given, own, signedIn(waiting.memory))
        const pools = await ports.poolsOf(rows, person.id)
        if (person.admin || person.roles.length > 0 || pools.length > 0)
          await notifyAdmins(rows, { type: 'passkey-added', eventId: added.eventId }, acting.nowMs)
        return added.passkey
      })
      return { status: 201, body: passkeyItem(kept) }
    }),

    answers(peopleApi.removeMyPasskey, async (question) => {
      await runSigned(ports, question, (rows, own, signed) =>
        removeOwnPasskey(rows, question.path['id'] ?? '', own, signed),
      )
      return { status: 204 }
    }),

    answers(peopleApi.beginTotp, async (question) => {
      const { person } = personIn(question.asker)
      const otp = await loadOtp()
      const body = await runSigned(ports, question, (rows) => beginTotp(rows, otp, person, ports, question.now))
      return { status: 200, body }
    }),

    answers(peopleApi.confirmTotp, async ({ asker, body, acting }) => {
      const own = actingAs(asker, acting)
      const otp = await loadOtp()
      const key = `confirm/${own.person}`
      await ports.limits.checkTries(key)
      try {
        await store.transact((rows) => confirmTotp(rows, otp, body.code, ports.sealKey, own))
      } catch (thrown) {
        await ports.limits.countTry(key)
        throw thrown
      }
      return { status: 204 }
    }),

    answers(peopleApi.removeTotp, async (question) => {
      await runSigned(ports, question, (rows, own, signed) => removeTotp(rows, own, signed))
      return { status: 204 }
    }),

    answers(peopleApi.streamTicket, async ({ asker, now }) => {
      const { session } = personIn(asker)
      return { status: 201, body: { ticket: ports.tickets.issue(session.id, now), expires_in: ticketSeconds } }
    }),
  ]
}

function passkeyItem({ id, label, createdAt, usedAt, synced }: PasskeyRecord) {
  return { id, label, created_at: createdAt, used_at: usedAt, synced }
}

type Remembered = NonNullable<Parameters<typeof keepPasskey>[3]>

/** What the challenge of another passkey was signed with, as it was kept with it. */
function signedIn(memory: Json): Remembered | undefined {
  if (!isRemembered(memory)) return undefined
  return { signed: memory.signed, proof: { evidence: memory.evidence } }
}

type Memory = Pick<Remembered, 'signed'> & { readonly evidence: Remembered['proof']['evidence'] }

function isRemembered(memory: unknown): memory is Memory {
  return typeof memory === 'object' && memory !== null && 'signed' in memory && 'evidence' in memory
}

function asJson(value: object): Json {
  const json: unknown = JSON.parse(JSON.stringify(value))
  if (isJson(json)) return json
  throw new TypeError('not JSON')
}

function isJson(value: unknown): value is Json {
  return value !== undefined // JSON.parse makes nothing else
}
