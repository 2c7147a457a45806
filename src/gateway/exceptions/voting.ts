import type { OwnRequest, Voter } from '#domain/exceptions/eligible-approvers.ts'
import type { VoteSituation } from '#domain/exceptions/judge-vote.ts'
import { canonicalPerson, type Directory, electorateOf, poolOf } from '#domain/exceptions/pools.ts'
import { isInPool, maySee, type Reader } from '#domain/exceptions/readers.ts'
import { isOpen } from '#domain/exceptions/states.ts'
import { tallyVotes, waitingFor } from '#domain/exceptions/tally.ts'
import { Failure } from '#domain/failure.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { consoleDecisions } from './console-decision.ts'
import type { ExceptionPorts } from './ports.ts'
import { factsOf, type RequestFile, readRequest } from './request-file.ts'

type Ports = Pick<ExceptionPorts, 'book' | 'resources' | 'grants' | 'clock'>

/** The request that is voted on, and who may. */
export function voteSituation(ports: Ports, file: RequestFile, people: Directory, now: number): VoteSituation {
  const { record, request } = file
  const { device, reciprocity } = factsOf(record).voters
  const resources = ports.resources.filter(({ id }) => record.resources.includes(id))
  return {
    request,
    subject: {
      id: record.id,
      submittedAt: record.submittedAt,
      checks: record.checks,
      resources: record.resources,
      voters: { device, reciprocity },
    },
    electorate: electorateOf(request, people, resources, now),
    now,
  }
}

/** How somebody stands to a request: what they may read of it hangs on that. */
export function readerOf(
  ports: Pick<ExceptionPorts, 'resources'>,
  { record, request }: RequestFile,
  person: string,
  people: Directory,
): Reader {
  const id = canonicalPerson(person, people)
  const resources = ports.resources.filter((resource) => record.resources.includes(resource.id))
  const live = new Map(request.stages.map((stage) => [stage.id, poolOf(stage.from, people, resources)]))
  return {
    person: id,
    roles: people.get(id)?.roles ?? [],
    isRequester: request.requester === id,
    isSubject: request.subject === id,
    inPool: isInPool(id, request.stages, live),
  }
}

/** To who may not see a request it does not exist: `not_found`. */
export function refuseStrangers(
  ports: Pick<ExceptionPorts, 'resources'>,
  file: RequestFile,
  person: string,
  people: Directory,
): void {
  if (!maySee(readerOf(ports, file, person, people))) throw new Failure('not_found', {})
}

/** A person who is signed in, as the rules of voting look at them. */
export async function gatherVoter(
  ports: Ports,
  rows: Rows,
  person: string,
  { subject }: VoteSituation,
  people: Directory,
  now: number,
): Promise<Voter> {
  const id = canonicalPerson(person, people)
  return {
    person: id,
    kind: 'person',
    impersonation: false,
    delegateOf: [],
    consoleDecisions: subject.voters.device === 'any' ? [] : await devicesOf(ports, rows, id),
    ownRequests: subject.voters.reciprocity === 'allow' ? [] : await ownRequests(ports, rows, id, people, now),
  }
}

async function devicesOf(ports: Ports, rows: Rows, person: string): Promise<Voter['consoleDecisions']> {
  const decided = await consoleDecisions(ports, rows, person, ports.clock.decisionNow())
  return decided.map(({ decision }) => decision)
}

/** Rule 6.5: their own open requests, and whom each waits for. */
async function ownRequests(
  ports: Ports,
  rows: Rows,
  person: string,
  people: Directory,
  now: number,
): Promise<readonly OwnRequest[]> {
  const own: OwnRequest[] = []
  for (const { id } of await rows.exceptions.liveOfSubject(person)) {
    const file = await readRequest(rows, id)
    if (file === undefined || !isOpen(file.request.state)) continue
    const { request, electorate, subject } = voteSituation(ports, file, people, now)
    const tally = tallyVotes(request.votes, request.termsDigest, electorate)
    own.push({
      id,
      submittedAt: request.submittedAt,
      checks: subject.checks,
      resources: subject.resources,
      awaits: waitingFor(tally, electorate).flatMap(({ persons }) => persons),
    })
  }
  return own
}
