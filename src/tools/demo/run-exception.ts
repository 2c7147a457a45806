import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { type ShownRequest, shownRequest } from '#contract/agent-exceptions.ts'
import { exceptionDetail } from '#contract/exceptions-api.ts'
import type { Access } from '#domain/access/decision.ts'
import { grantMoveTypes, grantTable } from '#domain/exceptions/machines.ts'
import { isLive } from '#domain/exceptions/states.ts'
import type { Verification } from '#gateway/audit/verification.ts'
import { askDecision, type DecisionQuestion } from './ask-decisions.ts'
import type { PosternCli } from './postern-cli.ts'
import { durationText, type Screen } from './screen.ts'
import { type StandIn, standIn } from './stand-in.ts'

type When = 'before' | 'during' | 'after'
type Seen = { readonly when: When; readonly access: Access; readonly decision_id: string }

/** What the exception of the demo was, from the first word to its proof. */
export type DemoException = {
  readonly request_id: string
  /** Of the request, then of its grant, as the command line told them. */
  readonly states: readonly string[]
  /** From the first decision that allowed to the first that did not any more. */
  readonly granted_ms: number
  /** The event of the log that ended the grant. */
  readonly ended_by: string
  readonly decisions: readonly Seen[]
  readonly log: {
    readonly leaves: number
    readonly bundle: string
    readonly keys: string
    readonly verify_exit: number | null
  }
}

export type ExceptionPorts = {
  readonly screen: Screen
  readonly cli: PosternCli
  readonly issuer: string
  readonly firstAdminUrl: string
  /** By which the requester registers a passkey; made with the enrolment token. */
  readonly inviteUrl: string
  readonly ask: DecisionQuestion
  readonly check: { readonly id: string; readonly category: string }
}

/** What the exception is for, and what must stay shut. */
const resource = 'wiki'
const other = 'payments'
/** The shortest that anybody may ask for. */
const duration = '1m'
const pollMs = 100
const patienceMs = 20_000

/**
 * A temporary exception on a running gateway: asked for on the command line, confirmed and approved with passkeys in
 * software, used, ended by itself, exported and verified by a process that has nothing but the bundle and the keys.
 */
export async function runException(ports: ExceptionPorts): Promise<DemoException> {
  const { screen, ask } = ports
  const { you, grace, lin, ivy } = await people(ports)
  const before = await decide(ask, 'before')
  if (before.access === 'allow') throw new Error('the wiki is open before anybody asked')

  // 1. The request, by the command line and the agent.
  const began = performance.now()
  screen.step('A temporary exception: Wiki, for one minute')
  const { requestId, stepUpUrl, told, end, ended: commandEnded } = await askOnCommandLine(ports)

  // 2. Confirmed by the requester, approved by two others.
  await you.prove(stepUpUrl)
  await grace.approve(requestId, 'security')
  const voteBegan = performance.now()
  await lin.approve(requestId, 'owner')
  const voteMs = Math.round(performance.now() - voteBegan)
  const detail = await ivy.get(`/v1/admin/exceptions/${requestId}`, exceptionDetail)
  screen.text(
    `Confirmed by You, approved by Grace for security and by Lin as owner: all three are stand-ins, passkeys in software. The risk tier came out as ${detail.risk_tier}, by this machine and this hour; the book takes votes from any device (voters.device: any), as on the first days of an installation.`,
  )

  // 3. Open, and shut again by itself.
  const during = await untilDecided(ask, 'during', (access) => access === 'allow', patienceMs)
  const openedAt = performance.now()
  screen.step('Wiki is open', Math.round(openedAt - began))
  screen.text(
    `Asked, signed and cast in ${voteMs} ms, the last vote opened it; Payments stays refused. Nobody does anything now:`,
  )
  const after = await untilDecided(ask, 'after', (access) => access !== 'allow', 90_000)
  const grantedMs = Math.round(performance.now() - openedAt)
  await end
  await commandEnded // by itself: there is nothing left to follow
  const endedBy = await endInTheLog(ivy, requestId)
  screen.step('Wiki is refused again', grantedMs)
  screen.text(`after ${durationText(grantedMs)}, in the log as ${endedBy}.`)

  // 4. The evidence, verified by somebody who has only that.
  const log = await verifyEvidence(ports, ivy)
  return {
    request_id: requestId,
    states: statesOf(told),
    granted_ms: grantedMs,
    ended_by: endedBy,
    decisions: [before, during, after],
    log,
  }
}

export type AskedOnCommandLine = {
  readonly requestId: string
  readonly stepUpUrl: string
  /** What the command line was told so far. */
  readonly told: readonly ShownRequest[]
  /** The first that fits of what it was told, or is. */
  until(fits: (request: ShownRequest) => boolean): Promise<string>
  /** It is over: refused in some way, or granted and ended. */
  readonly end: Promise<string>
  readonly ended: Promise<void>
}

/** Files the request by the command line, which follows it until its end. */
export async function askOnCommandLine({
  screen,
  cli,
  check,
}: Pick<ExceptionPorts, 'screen' | 'cli' | 'check'>): Promise<AskedOnCommandLine> {
  const words = [
    ...['request', '--check', check.id, '--resource', resource, '--for', duration],
    ...['--category', check.category, '--reason', 'The fix needs an hour, the page is needed now.', '--yes'],
  ]
  screen.text(`postern ${words.map((word) => (/^[\w.-]+$/.test(word) ? word : JSON.stringify(word))).join(' ')}`)
  const told: ShownRequest[] = []
  const command = cli.follow(words)
  const until = (fits: (request: ShownRequest) => boolean) =>
    command.line((line) => {
      const request = shownRequest.parse(JSON.parse(line))
      if (!told.some((each) => JSON.stringify(each) === line)) told.push(request)
      return fits(request)
    })
  const end = until(({ state, grant }) => (state !== 'approved' ? isOver(state) : grant?.ended_at != null))
  end.catch(() => undefined) // whoever asked awaits it; whatever fails before says more
  await until(({ step_up_url: url }) => url !== null)
  const asked = told.find(({ step_up_url: url }) => url !== null)
  if (asked?.step_up_url == null) throw new Error('the gateway asked for no confirmation')
  return { requestId: asked.request_id, stepUpUrl: asked.step_up_url, told, until, end, ended: command.ended }
}

/** Everybody comes in by a one-time link, as persons do. */
export async function people({
  screen,
  issuer,
  firstAdminUrl,
  inviteUrl,
}: Pick<ExceptionPorts, 'screen' | 'issuer' | 'firstAdminUrl' | 'inviteUrl'>) {
  const [you, grace, lin, ivy] = [
    standIn(issuer, 'You'),
    standIn(issuer, 'Grace'),
    standIn(issuer, 'Lin'),
    standIn(issuer, 'Ivy'),
  ] as const
  const began = performance.now()
  await ivy.accept(firstAdminUrl)
  await you.accept(inviteUrl)
  const list = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) })
  const { items } = await ivy.get('/v1/admin/people', list)
  for (const person of [grace, lin]) {
    const id = items.find(({ name }) => name === person.name)?.id ?? ''
    const made = await ivy.actSigned('/v1/admin/people/{id}/invitations', { id }, z.object({ url: z.string() }))
    await person.accept(made.url)
  }
  screen.step('People with passkeys', Math.round(performance.now() - began))
  screen.text('Nobody is at hand, so a program stands in for four persons, each with a passkey in software:')
  screen.pairs([
    ['You', 'asks, by the link that came with the enrolment token'],
    ['Grace, Lin', 'approve: one of security, one who owns the wiki; invited by Ivy'],
    ['Ivy', 'looks after the gateway and reads its log; came by the link of the first start'],
  ])
  return { you, grace, lin, ivy }
}

async function verifyEvidence({ screen, cli }: ExceptionPorts, ivy: StandIn): Promise<DemoException['log']> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-evidence-'))
  const [bundle, keys] = [join(folder, 'bundle.zip'), join(folder, 'vkeys')]
  const state = await ivy.get('/v1/admin/audit/state', z.object({ vkeys: z.array(z.string()).min(1) }))
  await writeFile(keys, `${state.vkeys.join('\n')}\n`, { mode: 0o600 })
  await writeFile(bundle, await ivy.bytes('/v1/admin/audit/export'), { mode: 0o600 })
  const began = performance.now()
  const { code, stdout } = await cli.run(['audit', 'verify', bundle, '--keys', keys, '--json'])
  const { counts } = verification.parse(JSON.parse(stdout))
  screen.step('The log, exported and verified by a process of its own', Math.round(performance.now() - began))
  screen.text(
    `${counts.leaves} leaves, ${counts.grants} grant, ${counts.signedVotes} signed votes: ${code === 0 ? 'verified' : `not verified, exit ${code}`}.`,
  )
  screen.text('It stays, so that you can look yourself:')
  screen.line(`   postern audit verify ${bundle} --keys ${keys}`)
  return { leaves: counts.leaves, bundle, keys, verify_exit: code }
}

const verification = z.object({
  counts: z.object({ leaves: z.int(), grants: z.int(), signedVotes: z.int() }),
}) satisfies z.ZodType<{ counts: Pick<Verification['counts'], 'leaves' | 'grants' | 'signedVotes'> }>

/** One decision about the wiki; that about payments must be a refusal, always. */
async function decide(ask: DecisionQuestion, when: When): Promise<Seen> {
  const shut = await askDecision(ask, other)
  if (shut.access !== 'refuse') throw new Error(`payments was answered ${shut.access}`)
  const { access, id } = await askDecision(ask, resource)
  return { when, access, decision_id: id }
}

async function untilDecided(
  ask: DecisionQuestion,
  when: When,
  fits: (access: Access) => boolean,
  longestMs: number,
): Promise<Seen> {
  const latest = performance.now() + longestMs
  for (;;) {
    const seen = await decide(ask, when)
    if (fits(seen.access)) return seen
    if (performance.now() > latest) throw new Error(`the wiki was answered ${seen.access} all the time`)
    await wait(pollMs)
  }
}

/**
 * The event that ended the grant, once it has a place in the log: the grant ends by the clock, and what is written of it
 * comes a moment later.
 */
async function endInTheLog(ivy: StandIn, requestId: string): Promise<string> {
  const latest = performance.now() + patienceMs
  for (;;) {
    const { moves } = await ivy.get(`/v1/admin/exceptions/${requestId}`, exceptionDetail)
    const end = moves.find(({ event, log }) => endsGrant(event) && log !== null)
    if (end !== undefined) return end.event
    if (performance.now() > latest) throw new Error('the log does not say how the grant ended')
    await wait(pollMs)
  }
}

function endsGrant(event: string): boolean {
  const type = grantMoveTypes.find((each) => each === event)
  if (type === undefined) return false
  const { to } = grantTable[type]
  return to !== 'same' && !to.some(isLive)
}

function isOver(state: ShownRequest['state']): boolean {
  return ['denied', 'refused', 'withdrawn', 'lapsed', 'stale'].includes(state)
}

/** Each state once, in the order in which it was told. */
function statesOf(told: readonly ShownRequest[]): readonly string[] {
  const states = told.flatMap(({ state, grant }) => (grant === null ? [state] : [state, grant.state]))
  return [...new Set(states)]
}
