import { peopleApi } from '#contract/people-api.ts'
import { Failure } from '#domain/failure.ts'
import { addGroup, changeMembers, groupOf, membersOf, removeGroup } from '#gateway/people/change-group.ts'
import { addPerson, changeStatus, editPerson, personOf } from '#gateway/people/change-person.ts'
import { assignRole, removeRole } from '#gateway/people/change-roles.ts'
import { endSessions } from '#gateway/people/end-sessions.ts'
import { invitationState, invitationUrl, makeInvitation, revokeInvitation } from '#gateway/people/invitations.ts'
import { type AssignedRole, assignedRoles, rolesOf } from '#gateway/people/person-roles.ts'
import { removePasskeyOf } from '#gateway/people/remove-passkey.ts'
import { addServiceToken, revokeServiceToken, tokenState } from '#gateway/people/service-tokens.ts'
import { requireConsolePeople, takeOverPeople } from '#gateway/people/take-over-people.ts'
import { personItem, personRefById, personRefOf, sessionItem } from '#gateway/people/view-person.ts'
import { answerRecovery, recoveryHandle, stateOf } from '#gateway/sessions/recover.ts'
import type { GroupRecord } from '#gateway/storage/group-store.ts'
import type { RecoveryRecord } from '#gateway/storage/recovery-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { ServiceTokenRecord } from '#gateway/storage/service-token-store.ts'
import { type Answerer, answers } from './admin-call.ts'
import { actingAs, personIn, runSigned } from './asking-person.ts'
import type { ConsolePorts } from './console-ports.ts'
import { pageOf } from './page-of.ts'

/** Persons, groups, roles, links, recoveries and service tokens, for who looks after them (console-api.md sections 2, 7). */
export function peopleAnswerers(ports: ConsolePorts): readonly Answerer[] {
  const { store, listed, issuer } = ports
  const showPerson = (rows: Rows) => (person: Parameters<typeof personItem>[1]) => personItem(rows, person)
  const showGroup = (rows: Rows) => (group: GroupRecord) => groupItem(rows, group, ports)
  const own = async <Answer>(act: (rows: Rows) => Promise<Answer>): Promise<Answer> =>
    store.transact(async (rows) => {
      await requireConsolePeople(rows, listed)
      return await act(rows)
    })

  return [
    answers(peopleApi.people, async ({ query }) => {
      const body = await store.read(async (rows) => {
        const all = (await rows.people.list()).filter(
          (person) =>
            isAsked(query.group, person.groups) &&
            isAsked(query.role, rolesOf(person)) &&
            isAsked(query.state, [person.status]) &&
            isAsked(query.source, [person.source]),
        )
        const page = pageOf(all, query, {
          idOf: ({ id }) => id,
          sorts: { name: ({ name }) => name.toLocaleLowerCase('und') },
          words: ({ name, email }) => `${name} ${email}`,
        })
        const items = []
        for (const person of page.items) items.push(await personItem(rows, person))
        return { ...page, items }
      })
      return { status: 200, body }
    }),

    answers(peopleApi.person, async ({ asker, path }) => {
      const { roles } = personIn(asker)
      const mayPlace = roles.includes('security') || roles.includes('auditor')
      const body = await store.read(async (rows) => {
        const person = await personOf(rows, path['id'] ?? '')
        const sessions = (await rows.sessions.of(person.id)).slice(0, 100)
        return {
          ...(await personItem(rows, person)),
          pools: await ports.poolsOf(rows, person.id),
          sessions: sessions.map((each) => sessionItem(each, undefined, mayPlace)),
        }
      })
      return { status: 200, body }
    }),

    answers(peopleApi.addPerson, async ({ asker, body, acting }) => ({
      status: 201,
      body: await own(async (rows) => personItem(rows, await addPerson(rows, body, actingAs(asker, acting)))),
    })),

    answers(peopleApi.takeOverPeople, async (question) => {
      await runSigned(ports, question, (rows, acting, signed) => takeOverPeople(rows, listed, acting, signed))
      return { status: 200, body: { source: 'console' } }
    }),

    answers(peopleApi.editPerson, async (question) => {
      const { body, path, asker, acting } = question
      const id = path['id'] ?? ''
      const needsSignature = body.email !== undefined || body.aliases !== undefined
      if (!needsSignature)
        return {
          status: 200,
          body: await own(async (rows) =>
            personItem(rows, await editPerson(rows, id, body, actingAs(asker, acting), showPerson(rows))),
          ),
        }
      const item = await runSigned(ports, question, async (rows, by, signed) => {
        await requireConsolePeople(rows, listed)
        return personItem(rows, await editPerson(rows, id, body, by, showPerson(rows), signed))
      })
      return { status: 200, body: item }
    }),

    ...(['deactivatePerson', 'reactivatePerson'] as const).map((name) =>
      answers(peopleApi[name], async ({ asker, body, path, acting }) => ({
        status: 200,
        body: await own(async (rows) => {
          const status = name === 'deactivatePerson' ? 'inactive' : 'active'
          return personItem(
            rows,
            await changeStatus(rows, path['id'] ?? '', status, body.reason, actingAs(asker, acting)),
          )
        }),
      })),
    ),

    answers(peopleApi.assignRole, async (question) => {
      const item = await runSigned(ports, question, async (rows, by, signed) => {
        await requireConsolePeople(rows, listed)
        return personItem(rows, await assignRole(rows, question.path['id'] ?? '', question.body.role, by, signed))
      })
      return { status: 200, body: item }
    }),

    answers(peopleApi.removeRole, async (question) => {
      const role = roleNamed(question.path['role'])
      const item = await runSigned(ports, question, async (rows, by, signed) => {
        await requireConsolePeople(rows, listed)
        return personItem(rows, await removeRole(rows, question.path['id'] ?? '', role, by, signed))
      })
      return { status: 200, body: item }
    }),

    answers(peopleApi.endSessionsOf, async ({ asker, body, path, acting }) => {
      const ended = await store.transact(async (rows) => {
        const person = await personOf(rows, path['id'] ?? '')
        return endSessions(rows, person.id, 'ended', actingAs(asker, acting), undefined, body.reason)
      })
      return { status: 200, body: { ended } }
    }),

    answers(peopleApi.removePasskeyOf, async (question) => {
      const { path, body } = question
      await runSigned(ports, question, async (rows, by, signed) => {
        const id = path['id'] ?? ''
        const pools = await ports.poolsOf(rows, id)
        await removePasskeyOf(rows, id, path['passkey_id'] ?? '', pools, by, signed, body.reason)
      })
      return { status: 204 }
    }),

    answers(peopleApi.invitations, async ({ query, now }) => {
      const body = await store.read(async (rows) => {
        const page = pageOf(
          await rows.invitations.list(),
          { sort: '-made_at', ...query },
          {
            idOf: ({ id }) => id,
            sorts: { made_at: ({ id }) => id, expires_at: ({ expiresAt }) => timeKey(expiresAt) },
          },
        )
        const items = []
        for (const each of page.items)
          items.push({
            id: each.id,
            kind: each.kind,
            person: await personRefById(rows, each.personId),
            made_by: await personRefById(rows, each.madeBy),
            expires_at: each.expiresAt,
            state: invitationState(each, now),
          })
        return { ...page, items }
      })
      return { status: 200, body }
    }),

    answers(peopleApi.invitePerson, async (question) => {
      const made = await runSigned(ports, question, async (rows, by, signed) => {
        const person = await personOf(rows, question.path['id'] ?? '')
        if (person.status !== 'active') throw new Failure('state_conflict', { state: person.status })
        if ((await rows.passkeys.of(person.id)).length > 0) throw new Failure('passkey_exists', {})
        return makeInvitation(rows, 'person', person.id, by, signed)
      })
      const { id, token, expiresAt } = made
      return { status: 201, body: { id, url: invitationUrl(issuer, token), expires_at: expiresAt } }
    }),

    answers(peopleApi.revokeInvitation, async ({ asker, path, acting }) => {
      await store.transact((rows) => revokeInvitation(rows, path['id'] ?? '', actingAs(asker, acting)))
      return { status: 204 }
    }),

    answers(peopleApi.recoveries, async ({ query, now }) => {
      const body = await store.read(async (rows) => {
        const page = pageOf(
          await rows.recoveries.list(),
          { sort: '-asked_at', ...query },
          {
            idOf: recoveryHandle,
            sorts: { asked_at: ({ askedAt }) => timeKey(askedAt) },
          },
        )
        const items = []
        for (const each of page.items) items.push(await recoveryItem(rows, each, now))
        return { ...page, items }
      })
      return { status: 200, body }
    }),

    answers(peopleApi.approveRecovery, async (question) => {
      const item = await runSigned(ports, question, async (rows, by, signed) =>
        recoveryItem(
          rows,
          await answerRecovery(rows, question.path['id'] ?? '', { kind: 'approved', signed }, by),
          question.now,
        ),
      )
      return { status: 200, body: item }
    }),

    answers(peopleApi.refuseRecovery, async ({ asker, body, path, acting, now }) => ({
      status: 200,
      body: await store.transact(async (rows) =>
        recoveryItem(
          rows,
          await answerRecovery(
            rows,
            path['id'] ?? '',
            { kind: 'refused', reason: body.reason },
            actingAs(asker, acting),
          ),
          now,
        ),
      ),
    })),

    answers(peopleApi.groups, async ({ query }) => {
      const body = await store.read(async (rows) => {
        const page = pageOf(await allGroups(rows), query, {
          idOf: ({ id }) => id,
          sorts: { name: ({ name }) => name.toLocaleLowerCase('und'), id: ({ id }) => id },
          words: ({ id, name }) => `${id} ${name}`,
        })
        const items = []
        for (const group of page.items) items.push(await groupItem(rows, group, ports))
        return { ...page, items }
      })
      return { status: 200, body }
    }),

    answers(peopleApi.group, async ({ path, query }) => {
      const body = await store.read(async (rows) => {
        const group = (await allGroups(rows)).find(({ id }) => id === path['id'])
        if (group === undefined) throw new Failure('not_found', {})
        const { persons, groups } = await membersOf(rows, group.id)
        const members = [
          ...groups.map((id) => ({ id: `group/${id}`, group: id })),
          ...persons.map((id) => ({ id: `person/${id}`, person: id })),
        ]
        const page = pageOf(members, query, { idOf: ({ id }) => id, sorts: { id: ({ id }) => id } })
        const items = []
        for (const each of page.items) {
          if ('group' in each) items.push({ group: each.group })
          else items.push({ person: await personRefById(rows, each.person) })
        }
        const { next } = page
        return { ...(await groupItem(rows, group, ports)), items, ...(next === undefined ? {} : { next }) }
      })
      return { status: 200, body }
    }),

    answers(peopleApi.addGroup, async ({ asker, body, acting }) => ({
      status: 201,
      body: await own(async (rows) => groupItem(rows, await addGroup(rows, body, actingAs(asker, acting)), ports)),
    })),

    answers(peopleApi.changeMembers, async ({ asker, body, path, acting }) => ({
      status: 200,
      body: await own(async (rows) =>
        groupItem(
          rows,
          await changeMembers(rows, path['id'] ?? '', body, actingAs(asker, acting), showGroup(rows)),
          ports,
        ),
      ),
    })),

    answers(peopleApi.removeGroup, async ({ asker, body, path, acting }) => ({
      status: 200,
      body: await own(async (rows) => {
        const id = path['id'] ?? ''
        const before = await groupItem(rows, await groupOf(rows, id), ports)
        const by = actingAs(asker, acting)
        await removeGroup(rows, id, body.version, ports.usesOfGroup(id), by, showGroup(rows))
        return before
      }),
    })),

    answers(peopleApi.serviceTokens, async ({ query, now }) => {
      const body = await store.read(async (rows) => {
        const page = pageOf(
          await rows.serviceTokens.list(),
          { sort: '-made_at', ...query },
          {
            idOf: ({ id }) => id,
            sorts: { made_at: ({ id }) => id, name: ({ name }) => name },
            words: ({ name }) => name,
          },
        )
        const items = []
        for (const token of page.items) items.push(await tokenItem(rows, token, now))
        return { ...page, items }
      })
      return { status: 200, body }
    }),

    answers(peopleApi.addServiceToken, async (question) => {
      const body = await runSigned(ports, question, async (rows, by, signed) => {
        const { token, record } = await addServiceToken(rows, question.body, by, signed)
        return { ...(await tokenItem(rows, record, question.now)), token }
      })
      return { status: 201, body }
    }),

    answers(peopleApi.revokeServiceToken, async ({ asker, path, acting }) => {
      await store.transact((rows) => revokeServiceToken(rows, path['id'] ?? '', actingAs(asker, acting)))
      return { status: 204 }
    }),
  ]
}

/** Groups that were made here, and those that the settings put people in. */
async function allGroups(rows: Rows): Promise<readonly GroupRecord[]> {
  const made = await rows.groups.list()
  const known = new Set(made.map(({ id }) => id))
  const named = new Set((await rows.people.list()).flatMap(({ groups }) => groups))
  return [...made, ...[...named].filter((id) => !known.has(id)).map((id) => ({ id, name: id, within: [], version: 1 }))]
}

async function groupItem(rows: Rows, { id, name, version }: GroupRecord, ports: Pick<ConsolePorts, 'usesOfGroup'>) {
  const { persons, groups } = await membersOf(rows, id)
  return { id, name, members: persons.length + groups.length, used_by: ports.usesOfGroup(id), version }
}

async function recoveryItem(rows: Rows, recovery: RecoveryRecord, now: number) {
  const person = recovery.personId === null ? undefined : await rows.people.find(recovery.personId)
  if (person === undefined) throw new Failure('not_found', {})
  return {
    id: recoveryHandle(recovery),
    person: personRefOf(person),
    asked_at: recovery.askedAt,
    address: recovery.address,
    state: stateOf(recovery, now),
  }
}

async function tokenItem(rows: Rows, token: ServiceTokenRecord, now: number) {
  return {
    id: token.id,
    name: token.name,
    scopes: token.scopes,
    from: token.from,
    made_by: await personRefById(rows, token.madeBy),
    made_at: token.madeAt,
    expires_at: token.expiresAt,
    used_at: token.usedAt,
    state: tokenState(token, now),
  }
}

function roleNamed(text: string | undefined): AssignedRole {
  const role = assignedRoles.find((each) => each === text)
  if (role === undefined) throw new Failure('not_found', {})
  return role
}

/** Whether a filter, which may be repeated, takes one of the values; without it all are taken. */
function isAsked(filter: unknown, values: readonly string[]): boolean {
  if (filter === undefined) return true
  const wanted: readonly unknown[] = Array.isArray(filter) ? filter : [filter]
  return values.some((value) => wanted.includes(value))
}

/** Times as texts that sort like them. */
function timeKey(seconds: number): string {
  return String(seconds).padStart(12, '0')
}
