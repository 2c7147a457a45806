import { decideAccess } from '#domain/access/decide-access.ts'
import type { Terms } from '#domain/exceptions/terms.ts'
import { evaluatePolicy } from '#domain/policy/evaluate-policy.ts'
import { type Explanation, explainFindings } from '#domain/policy/explanation.ts'
import { readDeviceFacts } from '#gateway/policy/device-facts.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { type ExceptionPorts, requireBook } from './ports.ts'
import type { RequestFile } from './request-file.ts'

/** The device as it is now, on the resources asked for: the checks asked for, and what else would refuse. */
export async function deviceNow(
  ports: Pick<ExceptionPorts, 'book' | 'resources'>,
  rows: Rows,
  { record }: RequestFile,
  now: number,
) {
  const facts = await readDeviceFacts(rows, record.deviceId)
  if (facts === undefined) return undefined
  const { person, device, report, episodes, evidence } = facts
  const book = requireBook(ports)
  const explained = ports.resources
    .filter(({ id }) => record.resources.includes(id))
    .flatMap((resource) => {
      const verdict = evaluatePolicy({ book, person, device, resource, report, episodes, now })
      const { findings } = decideAccess({ verdict, grants: [], now })
      return explainFindings(findings, { book, person, device, resource, now }).map((each) => ({
        ...each,
        resource: resource.id,
      }))
    })
  const isAsked = ({ check }: Explanation) => record.checks.some((id) => check.startsWith(`${id}@`))
  return {
    now: {
      seq: evidence?.seq ?? null,
      at: report?.receivedAt ?? null,
      findings: explained.filter(isAsked),
    },
    otherFailing: explained.filter(
      (each) => !isAsked(each) && (each.enforce === 'approval' || each.enforce === 'block'),
    ),
    remedies: record.checks.flatMap((id) => {
      const remedy = explained.find(({ check }) => check.startsWith(`${id}@`))?.remedy
      return remedy === undefined ? [] : [{ check: id, remedy }]
    }),
  }
}

const quarter = 90 * 86_400

/** What the subject had of each check in the last 90 days: how many grants, for how long, and how they ended. */
export async function pairHistory(rows: Rows, subject: string, { checks }: Pick<Terms, 'checks'>, now: number) {
  const grants = (await rows.grants.ofSubject(subject, now - quarter)).filter(({ notBefore }) => notBefore <= now)
  return checks.map(({ id }) => {
    const mine = grants.filter((grant) => grant.checks.includes(id))
    const seconds = mine.reduce((sum, { notBefore, notAfter, end }) => {
      const from = Math.max(notBefore, now - quarter)
      return sum + Math.max(0, Math.min(end?.at ?? notAfter, notAfter, now) - from)
    }, 0)
    const ends: Record<string, number> = {}
    for (const { end } of mine) if (end !== null) ends[end.state] = (ends[end.state] ?? 0) + 1
    return { check: id, grants_90d: mine.length, hours_90d: Math.round(seconds / 360) / 10, ends }
  })
}

/** The limits as they stood when it was submitted: what its first leaf tells. */
export async function limitsTold(rows: Pick<Rows, 'audit'>, eventId: number | undefined): Promise<readonly object[]> {
  const event = eventId === undefined ? undefined : await rows.audit.find(eventId)
  const body: unknown = event === undefined ? undefined : JSON.parse(event.body)
  const limits = typeof body === 'object' && body !== null && 'limits' in body ? body.limits : []
  return Array.isArray(limits) ? limits : []
}
