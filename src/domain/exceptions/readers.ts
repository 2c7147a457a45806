import type { FrozenStage } from './moves.ts'
import type { VoterRules } from './voter-rules.ts'

/** Kinds of personal data, as far as readers differ (console-api.md section 1). */
export const personalData = [
  'names',
  'addresses-of-people',
  'free-text',
  'readings',
  'other-readings',
  'network',
  'evidence',
  'device-message',
] as const
export type PersonalDatum = (typeof personalData)[number]

/** Who reads a request: roles as assigned, and how they stand to it. */
export type Reader = {
  readonly person: string
  readonly roles: readonly string[]
  readonly isRequester: boolean
  readonly isSubject: boolean
  /** In the pool of one of its stages, frozen or live. */
  readonly inPool: boolean
}

/** Whether somebody sees a request at all; to others it does not exist. */
export function maySee({ roles, isRequester, isSubject, inPool }: Reader): boolean {
  return isRequester || isSubject || inPool || ['admin', 'auditor', 'security'].some((role) => roles.includes(role))
}

/** Days for which an auditor sees where others acted from. */
const networkDays = 90

type Rule = (reader: Reader, ageDays: number) => boolean

const has =
  (role: string): Rule =>
  ({ roles }) =>
    roles.includes(role)
const any =
  (...rules: readonly Rule[]): Rule =>
  (reader, ageDays) =>
    rules.some((rule) => rule(reader, ageDays))
const inPool: Rule = (reader) => reader.inPool
const own: Rule = ({ isRequester, isSubject }) => isRequester || isSubject
const staff = any(has('admin'), has('security'), has('auditor'))

/** Who sees what of a request. A reader with two roles sees what one of them sees. */
const sees: { readonly [Datum in PersonalDatum]: Rule } = {
  // What the requester sees of approvers is another matter: `shownWaiting`.
  names: any(inPool, own, staff),
  'addresses-of-people': staff,
  'free-text': any(inPool, own, has('security'), has('auditor')),
  readings: any(inPool, own, staff),
  'other-readings': staff,
  network: any(has('security'), (reader, ageDays) => has('auditor')(reader, ageDays) && ageDays <= networkDays),
  evidence: has('auditor'),
  'device-message': has('auditor'),
}

/** The kinds of data that are withheld from a reader; `ageDays` is how old the acts are. */
export function withheldFrom(reader: Reader, ageDays = 0): ReadonlySet<PersonalDatum> {
  return new Set(personalData.filter((datum) => !maySee(reader) || !sees[datum](reader, ageDays)))
}

/** A detail of which some members are personal data, each by JSON pointer; those withheld become null and are named. */
export type Redacted<Detail> = { readonly detail: Detail; readonly redacted: readonly string[] }

type Data = null | boolean | number | string | readonly Data[] | { readonly [name: string]: Data }

/**
 * Takes out what is withheld. `where` says where which kind of data stands; `*` in a pointer stands for every item of a
 * list, or every member. At most 50 pointers are named, as the table says.
 */
export function redact(
  detail: Data,
  where: readonly { readonly pointer: string; readonly datum: PersonalDatum }[],
  withheld: ReadonlySet<PersonalDatum>,
): Redacted<Data> {
  const redacted: string[] = []
  const result = where
    .filter(({ datum }) => withheld.has(datum))
    .reduce((data, { pointer }) => emptied(data, pointer.split('/').slice(1), '', redacted), detail)
  return { detail: result, redacted: redacted.slice(0, 50) }
}

function emptied(data: Data, path: readonly string[], at: string, redacted: string[]): Data {
  const [name, ...rest] = path
  if (name === undefined) {
    if (data === null) return null
    redacted.push(at)
    return null
  }
  if (data === null || typeof data !== 'object') return data
  if (isList(data))
    return data.map((item, index) =>
      name === '*' || name === String(index) ? emptied(item, rest, `${at}/${index}`, redacted) : item,
    )
  return Object.fromEntries(
    Object.entries(data).map(([key, item]) => [
      key,
      name === '*' || name === key ? emptied(item, rest, `${at}/${key}`, redacted) : item,
    ]),
  )
}

function isList(data: Data): data is readonly Data[] {
  return Array.isArray(data)
}

/** What the requester is told of whom the request waits for: nothing, the stages, or their persons too. */
export function shownWaiting(
  visibility: VoterRules['visibility'],
  waiting: readonly { readonly stage: string; readonly persons: readonly string[] }[],
): readonly { readonly stage: string; readonly persons: readonly string[] }[] {
  if (visibility === 'none') return []
  return visibility === 'names' ? waiting : waiting.map(({ stage }) => ({ stage, persons: [] }))
}

/** What the requester is told of a message or vote: who it came from only where names are shown. */
export function shownAuthor(visibility: VoterRules['visibility'], name: string): string | undefined {
  return visibility === 'names' ? name : undefined
}

/** Whether a person is, or was, in a pool of a request: frozen or live. */
export function isInPool(
  person: string,
  stages: readonly FrozenStage[],
  live: ReadonlyMap<string, readonly string[]>,
): boolean {
  return stages.some(
    ({ id, pool, escalation }) =>
      pool.includes(person) || escalation.includes(person) || live.get(id)?.includes(person) === true,
  )
}
