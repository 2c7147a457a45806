import type { FastifyInstance } from 'fastify'
import type { Resource } from '#domain/access/resource.ts'
import type { Book } from '#domain/policy/book.ts'
import { relyingPartyOf } from '#gateway/audit/signed-statement.ts'
import { poolsOfPerson, usesOfGroup } from '#gateway/people/pools-of-person.ts'
import { readDirectory } from '#gateway/people/read-directory.ts'
import { sealKeyOf } from '#gateway/sessions/sealed-text.ts'
import { createStreamTickets } from '#gateway/sessions/stream-tickets.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Answerer } from './admin-call.ts'
import { type AdminPorts, addAdminRoutes } from './admin-routes.ts'
import type { RequestOrigin } from './client-address.ts'
import { type ConsoleFigures, createConsoleLimits } from './console-limits.ts'
import type { ConsolePorts } from './console-ports.ts'
import { addInvitePage } from './invite-page.ts'
import { meAnswerers } from './me-routes.ts'
import { peopleAnswerers } from './people-routes.ts'
import { refuseWhileLocked } from './refuse-while-locked.ts'
import { signInAnswerers } from './sign-in-routes.ts'

export type ConsoleSetting = {
  readonly store: Store
  readonly clock: Clock
  readonly issuer: string
  readonly organisation: string
  readonly languages: readonly string[]
  /** Whether the settings name people. */
  readonly listed: boolean
  readonly book: () => Book | undefined
  /** All there are, the console among them. */
  readonly resources: readonly Resource[]
  /** A secret that every replica has. */
  readonly master: Uint8Array
  readonly addressOf: (origin: RequestOrigin) => string
  readonly limits?: ConsoleFigures
  /** Beside the pools of the book: whether a stage of an open request holds this person. */
  readonly isAwaited?: (rows: Rows, personId: string) => Promise<boolean>
  /** The decision for the console on a device of theirs (rule 6.4). */
  readonly consoleDecision?: (personId: string) => Promise<object | null>
  /** Told after each change of persons, groups or roles, before it is answered. */
  readonly onPeopleChanged?: () => void
  /** Whether the log takes no more acts. */
  readonly isLogLocked?: () => boolean
  /** The calls of other features. */
  readonly answerers?: readonly Answerer[]
  /** Pages and files beside the calls, for those who may read them. */
  readonly addMore?: (server: FastifyInstance, ports: ConsolePorts & AdminPorts) => void
}

/** Adds the console API and the page of one-time links; answers what the live stream asks of consoles. */
export function addConsole(
  server: FastifyInstance,
  setting: ConsoleSetting,
): Pick<ConsolePorts, 'tickets' | 'isApprover'> {
  const { store, issuer, organisation, listed, languages, book, resources } = setting
  const poolsOf = async (rows: Rows, personId: string) => {
    const current = book()
    return current === undefined ? [] : poolsOfPerson(personId, current, await readDirectory(rows), resources)
  }
  const tickets = createStreamTickets()
  const ports: ConsolePorts = {
    store,
    issuer,
    party: relyingPartyOf(issuer),
    organisation,
    languages,
    listed,
    sealKey: sealKeyOf(setting.master),
    poolsOf,
    isApprover: async (rows, personId) =>
      (await poolsOf(rows, personId)).length > 0 || ((await setting.isAwaited?.(rows, personId)) ?? false),
    limits: createConsoleLimits(setting.limits),
    tickets,
    usesOfGroup: (group) => {
      const current = book()
      return current === undefined ? [] : usesOfGroup(group, current)
    },
    consoleDecision: setting.consoleDecision ?? (async () => null),
    placeOf: async (rows, eventId) => {
      const leaf = await rows.log.leafOf(eventId)
      return leaf === undefined ? null : { index: leaf.index }
    },
  }
  const own = [...signInAnswerers(ports), ...meAnswerers(ports), ...peopleAnswerers(ports).map(tellChange)].map(
    refuseWhileLocked(setting.isLogLocked ?? (() => false)),
  )
  const adminPorts = { ...ports, clock: setting.clock, addressOf: setting.addressOf }
  addAdminRoutes(server, adminPorts, [...own, ...(setting.answerers ?? [])])
  setting.addMore?.(server, adminPorts)
  addInvitePage(server, { store, clock: setting.clock, organisation, languages })
  return { tickets, isApprover: ports.isApprover }

  function tellChange(answerer: Answerer): Answerer {
    if (answerer.route.method === 'GET') return answerer
    return {
      route: answerer.route,
      run: async (call) => {
        const answer = await answerer.run(call)
        setting.onPeopleChanged?.()
        return answer
      },
    }
  }
}
