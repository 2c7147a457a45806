import type { FollowedAgent } from '#cli/request/follow-request.ts'
import type { Words } from '#cli/words.ts'
import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { Answer, Notice, NoticeName, Question, RequestName, Snapshot } from '#contract/ipc.ts'
import type { CliOption } from '#contract/texts/cli-texts.ts'
import type { Reply } from '#contract/transport.ts'
import { aSnapshot, noon } from './a-snapshot.ts'

export const id = '01a20cc8-6770-7c10-8a4e-5d2f0c9be771'

export function aRequest(parts: Partial<ShownRequest> = {}): ShownRequest {
  return {
    request_id: id,
    state: 'pending',
    proven: false,
    checks: ['firewall-on'],
    resources: ['wiki'],
    duration_s: 1800,
    category: 'debugging',
    reason: 'x'.repeat(20),
    ticket: null,
    controls: ['record'],
    revision: 1,
    terms_digest: 'd'.repeat(42) + 'A',
    votes: { have: 0, need: 2 },
    waiting_for: ['device-security'],
    decide_by: noon + 7200,
    step_up_url: null,
    refusal: [],
    why: null,
    thread: [],
    grant: null,
    log_index: 7,
    told_at: noon,
    ...parts,
  }
}

export const aGrant: NonNullable<ShownRequest['grant']> = {
  id: '01a20cc9-2ac0-7f31-b1d7-90c2aa41e0f4',
  state: 'active',
  checks: ['firewall-on'],
  resources: ['wiki'],
  controls: ['record'],
  not_before: noon,
  not_after: noon + 1800,
  ended_at: null,
  cause: null,
}

/** An agent whose firewall check closes the wiki; it notes what it is asked. */
export function aRequestAgent(answers: { readonly [Name in RequestName]?: unknown } = {}) {
  const asked: { readonly name: RequestName; readonly question: unknown }[] = []
  const listeners = new Set<(snapshot: Snapshot) => void>()
  const told = { request: aRequest(), snapshot: failingSnapshot(), changes: 0 }
  let leave: () => void = () => undefined
  const left = new Promise<void>((resolve) => {
    leave = resolve
  })
  const usual = (name: RequestName): unknown => {
    if (name === 'agent/snapshot') return told.snapshot
    if (name === 'exception/show') return told.request
    return {
      'exception/form': form,
      'exception/preview': preview,
      'exception/submit': { kind: 'sent', request: told.request },
    }[String(name)]
  }
  const agent: FollowedAgent = {
    async ask<Name extends RequestName>(name: Name, question: Question<Name>): Promise<Reply<Answer<Name>>> {
      asked.push({ name, question })
      const given = answers[name]
      if (isRefusal(given)) return replyOf<Name>({ ok: false, code: given.code })
      return replyOf<Name>({ ok: true, value: given ?? usual(name) })
    },
    on<Name extends NoticeName>(_name: Name, listener: (notice: Notice<Name>) => void) {
      const heard = snapshotListener(listener)
      listeners.add(heard)
      return () => listeners.delete(heard)
    },
    closed: () => left,
  }
  return {
    agent,
    asked,
    questions: (name: RequestName) => asked.filter((each) => each.name === name).map(({ question }) => question),
    leave: () => leave(),
    /** The agent is told something, and tells its windows. */
    async tell(request: Partial<ShownRequest>, more: Partial<Snapshot> = {}) {
      told.request = { ...told.request, ...request }
      told.changes += 1
      const { request_id, state, proven, checks, resources, votes, decide_by, grant } = told.request
      const head = { request_id, state, proven, checks, resources, votes, decide_by, changes: told.changes }
      const shown = grant === null ? null : { state: grant.state, not_after: grant.not_after }
      const exceptions = { requests: [{ ...head, grant: shown }], drafts: [] }
      told.snapshot = { ...told.snapshot, ...more, exceptions }
      for (const listener of [...listeners]) listener(told.snapshot)
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
    },
  }
}

/** The only notice that is given here is the snapshot. */
function snapshotListener<Name extends NoticeName>(
  listener: (notice: Notice<Name>) => void,
): (snapshot: Snapshot) => void
function snapshotListener(listener: unknown): unknown {
  return listener
}

function replyOf<Name extends RequestName>(reply: Reply<unknown>): Reply<Answer<Name>>
function replyOf(reply: unknown): unknown {
  return reply
}
function isRefusal(value: unknown): value is { readonly code: string } {
  return typeof value === 'object' && value !== null && Object.keys(value).join() === 'code'
}

export const preview = {
  offered: true,
  max_duration_s: 3600,
  total_left_s: 7200,
  quota_left: 2,
  risk_tier: 'low',
  stages: [{ id: 'device-security', need: 2 }],
  step_up: 'webauthn-uv',
  controls: ['record'],
  categories: ['debugging', 'vendor-bug'],
  reason_min: 20,
}

export const form = {
  result_at: noon,
  checks: [
    {
      id: 'firewall-on',
      outcome: 'violated',
      offered: true,
      resources: [
        { id: 'wiki', name: 'Wiki', offered: true },
        { id: 'chat', name: 'Chat', offered: true },
      ],
    },
  ],
  limits: { max_duration_s: 1800, reason_min: 5, categories: ['debugging'], open_max: 2 },
  drafts: [],
}

function failingSnapshot(): Snapshot {
  const finding: NonNullable<Snapshot['result']>['resources'][number]['findings'][number] = {
    check: 'firewall-on',
    outcome: 'violated',
    enforce: 'block',
    policies: [],
    grace_until: null,
    exception: { offered: true },
  }
  const digest = 'a'.repeat(43)
  return aSnapshot({
    state: 'restricted',
    result_at: noon,
    result: {
      iss: 'https://posture.example.com',
      aud: `urn:uuid:${id}`,
      sub: `urn:uuid:${id}`,
      iat: noon,
      exp: noon + 3600,
      jti: 'a'.repeat(22),
      status: 'contraindicated',
      submods: { os: 'affirming', posture: 'contraindicated', agent: 'affirming' },
      tier: 'T1',
      evidence: { seq: 1, hash: digest },
      book: digest,
      checks: [
        {
          check: 'firewall-on',
          signal: 'firewall',
          outcome: 'violated',
          observed: { kind: 'observed', value: { state: 'off' }, at: noon, source: 'nft' },
          required: { text: { en: 'on' }, parameters: {} },
          remedy: { steps: { en: ['sudo nft -f /etc/nftables.conf'] } },
        },
      ],
      resources: [
        { id: 'wiki', name: 'Wiki', access: 'refuse', findings: [finding] },
        { id: 'chat', name: 'Chat', access: 'refuse', findings: [finding] },
      ],
      grants: [],
      recheck_at: noon + 1800,
      next_due: noon + 1800,
    },
  })
}

/** What was typed behind `postern request`; `true` is a switch. */
export function typed(options: { readonly [Option in CliOption]?: string | true } = {}): Words {
  return {
    argument: undefined,
    text(option) {
      const value = options[option]
      return typeof value === 'string' ? value : undefined
    },
    isSet: (option) => options[option] === true,
  }
}
