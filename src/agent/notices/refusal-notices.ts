import type { NoticeMemory } from '#contract/agent-state-files.ts'
import { fillText } from '#contract/fill-text.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { plainCheckId } from '#contract/texts/plain-check-id.ts'
import { checkSubject, holdDownSeconds, showCheck } from './check-notices.ts'
import { isHolding } from './failing.ts'
import type { Notice } from './notice.ts'
import { currentResult, type NoticeContext } from './notice-context.ts'
import type { ToldPart } from './told-part.ts'

type Result = NonNullable<Snapshot['result']>
type Resource = Result['resources'][number]
type Entry = NoticeMemory['refused'][number]

const accessSubject = 'access'
/** Stands for all of them where the gateway names no resource, and yet refuses. */
const everything = '*'

export type Refusals = ToldPart<readonly Entry[]> & {
  /** The checks that were just told to be the cause. */
  readonly announced: readonly string[]
}

/** Tells once of each resource that is refused from now on. */
export function refusalNotices(memory: readonly Entry[], context: NoticeContext): Refusals {
  const { now } = context
  const result = currentResult(context)
  if (result === null) return { memory, notices: [], current: [], dueAt: [], announced: [] }
  const refused = refusedIds(result)
  const isNew = (id: string) => !memory.some((entry) => entry.id === id && entry.now)
  const isFlapping = (id: string) => memory.some((entry) => entry.id === id && entry.told_at > now - holdDownSeconds)
  const fresh = refused.filter((id) => isNew(id) && !isFlapping(id))
  const resources = result.resources.filter(({ id }) => fresh.includes(id))
  const isTold = fresh.length > 0 && context.mayTell('refused').kind === 'now'
  const checks = [...new Set(resources.flatMap(holdingChecks))]
  return {
    memory: [
      ...refused.map((id): Entry => {
        const known = memory.find((entry) => entry.id === id)
        return { id, now: true, told_at: fresh.includes(id) || known === undefined ? now : known.told_at }
      }),
      ...memory
        .filter(({ id, told_at }) => !refused.includes(id) && told_at > now - holdDownSeconds)
        .map((entry) => ({ ...entry, now: false })),
    ].slice(0, 200),
    notices: isTold ? [refusalNotice(resources, checks, context)] : [],
    current: refused.length > 0 ? [accessSubject] : [],
    dueAt: [],
    announced: isTold ? checks : [],
  }
}

function refusedIds({ resources, status }: Result): readonly string[] {
  const ids = resources.filter(({ access }) => access === 'refuse').map(({ id }) => id)
  return ids.length === 0 && resources.length === 0 && status === 'contraindicated' ? [everything] : ids
}

function holdingChecks({ findings }: Resource): readonly string[] {
  return findings.filter(isHolding).map(({ check }) => plainCheckId(check))
}

function refusalNotice(resources: readonly Resource[], checks: readonly string[], context: NoticeContext): Notice {
  const { texts, name, checkNames, notice } = context
  const [first, ...others] = resources.map((resource) => name(resource.name))
  const names =
    first === undefined || others.length === 0 ? first : fillText(texts.andMore, { check: first, n: others.length })
  return notice({
    kind: 'refused',
    subject: accessSubject,
    title: checks.length === 0 ? texts.refusedWithout : fillText(texts.refused, { check: checkNames(checks) }),
    body: names === undefined ? texts.failingBody : fillText(texts.refusedBody, { name: names }),
    opens: checks.length === 1 ? showCheck(checks[0] ?? '') : { kind: 'screen', route: { screen: 'status' } },
    replaces: checks.map(checkSubject),
  })
}
