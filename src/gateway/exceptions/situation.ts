import type { Device } from '#domain/access/device.ts'
import type { History, PastGrant, PastRequest } from '#domain/exceptions/counting.ts'
import { requestStateAt } from '#domain/exceptions/deadlines.ts'
import type { RequestSituation } from '#domain/exceptions/judge-request.ts'
import { longestGrantSeconds, totalWindowSeconds } from '#domain/exceptions/risk-tier.ts'
import { Failure } from '#domain/failure.ts'
import type { Book } from '#domain/policy/book.ts'
import { readDeviceFacts } from '#gateway/policy/device-facts.ts'
import type { RequestRecord } from '#gateway/storage/exception-request-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { currentKid } from './current-kid.ts'
import { type ExceptionPorts, requireBook } from './ports.ts'

/** Everything that a request of a device's owner is judged by. Throws `not_found` where there is no such device or owner. */
export async function gatherSituation(
  ports: Pick<ExceptionPorts, 'book' | 'resources' | 'directory'>,
  rows: Rows,
  deviceId: string,
  now: number,
): Promise<RequestSituation & { readonly evidence: { readonly seq: number; readonly hash: string } | undefined }> {
  const book = requireBook(ports)
  const facts = await readDeviceFacts(rows, deviceId)
  if (facts === undefined) throw new Failure('not_found', {})
  const { device, record, person, report, episodes, evidence } = facts
  return {
    book,
    people: await ports.directory(rows),
    resources: ports.resources,
    subject: person,
    requester: person.id,
    device: { ...device, until: record.until },
    report,
    episodes,
    history: await readHistory(rows, person.id, book, now),
    now,
    evidence,
  }
}

/** Everything of one subject that limits look at, by index: the longest window that the book knows. */
export async function readHistory(rows: Rows, subject: string, book: Book, now: number): Promise<History> {
  const window = longestWindow(book)
  // A denial counts from its end, and what lives began at most this long ago.
  const requests = await rows.exceptions.ofSubject(subject, now - window - longestGrantSeconds)
  const grants: PastGrant[] = []
  for (const grant of await rows.grants.ofSubject(subject, now - window)) {
    const gone = await rows.grants.cured(grant.id)
    grants.push({
      id: grant.id,
      checks: grant.checks.filter((id) => !gone.some((each) => each.id === id)).map((id) => ({ id })),
      gone,
      notBefore: grant.notBefore,
      notAfter: grant.notAfter,
      endedAt: grant.end?.at ?? null,
    })
  }
  return { grants, requests: requests.map((record) => pastRequest(record, now)) }
}

function longestWindow(book: Book): number {
  const windows = book.exceptionPolicies.flatMap(({ document: { maxTotal, quota } }) => [
    maxTotal?.windowSeconds ?? 0,
    quota?.windowSeconds ?? 0,
    quota?.cooldownSeconds ?? 0,
  ])
  return Math.max(totalWindowSeconds, ...windows)
}

function pastRequest(record: RequestRecord, now: number): PastRequest {
  const { id, deviceId, mode, checks, resources, submittedAt, pendingAt, closedAt } = record
  return {
    id,
    device: deviceId,
    mode,
    checks,
    resources,
    state: requestStateAt(record, now),
    submittedAt,
    pendingAt,
    closedAt,
  }
}

/** The device of a request as approvals look at it; undefined where it is gone. `kid` is its current key. */
export async function readBoundDevice(
  rows: Rows,
  deviceId: string,
): Promise<(Device & { readonly until: number | null; readonly kid: string | null }) | undefined> {
  const facts = await readDeviceFacts(rows, deviceId, 'without-report')
  if (facts === undefined) return undefined
  return { ...facts.device, until: facts.record.until, kid: await currentKid(rows, deviceId) }
}
