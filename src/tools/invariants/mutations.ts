/** One place at which the code is broken: the text is found exactly once in the file, and replaced. */
export type Mutation = {
  readonly invariant: number
  /** What the broken code does. */
  readonly says: string
  readonly file: string
  readonly text: string
  readonly instead: string
  /** Where the tests of the number are run; one of them has to fail. */
  readonly tests: readonly string[]
}

const domain = ['test/domain/exceptions/invariants.test.ts']
const histories = ['test/domain/exceptions/histories.model.test.ts']
const votes = ['test/gateway/exceptions/invariants-votes.model.test.ts']
const grants = ['test/gateway/exceptions/invariants-grants.test.ts']
const decisions = ['test/gateway/exceptions/invariants-decisions.test.ts']
const replayed = ['test/gateway/exceptions/histories.model.test.ts']
const log = ['test/gateway/audit/invariants-log.test.ts']

const access = 'src/domain/access/decide-access.ts'
const exceptions = 'src/domain/exceptions'
const acts = 'src/gateway/exceptions'
const audit = 'src/gateway/audit'

/** For each invariant that is due, at least one place that must matter to it. */
export const mutations: readonly Mutation[] = [
  {
    invariant: 1,
    says: 'a decision uses a grant at not_after',
    file: access,
    text: 'now < grant.notAfter\n',
    instead: 'now <= grant.notAfter\n',
    tests: domain,
  },
  {
    invariant: 2,
    says: 'a session outlives its grant by its own length',
    file: access,
    text: 'const endsAt = Math.min(grant.notAfter, ...grant.controls',
    instead: 'const endsAt = Math.min(grant.notAfter + 60, ...grant.controls',
    tests: domain,
  },
  {
    invariant: 3,
    says: 'the largest of several caps counts',
    file: `${exceptions}/limits.ts`,
    text: '      ...set(policies, (policy) => policy.maxDurationSeconds),\n',
    instead: '      Math.max(...set(policies, (policy) => policy.maxDurationSeconds)),\n',
    tests: domain,
  },
  {
    invariant: 3,
    says: 'a grant reaches past the end of its device',
    file: `${exceptions}/grant-interval.ts`,
    text: 'until === null ? end : Math.min(end, until)',
    instead: 'until === null ? end : Math.max(end, until)',
    tests: domain,
  },
  {
    invariant: 4,
    says: 'what is over takes votes as if it were open',
    file: `${exceptions}/machines.ts`,
    text: "if (state !== undefined && !lives(state)) throw new Failure('request_closed', { state })",
    instead:
      "if (state !== undefined && !lives(state) && from.includes(state)) throw new Failure('request_closed', { state })",
    tests: [...histories, ...votes],
  },
  {
    invariant: 5,
    says: 'time follows the wall clock back',
    file: `${exceptions}/running-clock.ts`,
    text: 'nowMs: Math.max(ranToMs, clock.wallMs), locked: false',
    instead: 'nowMs: clock.wallMs, locked: false',
    tests: domain,
  },
  {
    invariant: 6,
    says: 'the time of waiting is taken from what was granted',
    file: `${exceptions}/judge-vote.ts`,
    text: '...approve(state, tally, completion(), now)',
    instead: '...approve(state, tally, completion(), request.submittedAt)',
    tests: domain,
  },
  {
    invariant: 7,
    says: 'a requester votes under an alias',
    file: `${exceptions}/eligible-approvers.ts`,
    text: "if (person === requester) return 'requester'",
    instead: "if (voter.person === requester) return 'requester'",
    tests: domain,
  },
  {
    invariant: 8,
    says: 'a person counts once for each alias',
    file: `${exceptions}/tally.ts`,
    text: "if (had.has(person)) return 'merged'",
    instead: "if (had.has(vote.person)) return 'merged'",
    tests: domain,
  },
  {
    invariant: 9,
    says: 'nobody looks whether somebody has voted already',
    file: `${exceptions}/eligible-approvers.ts`,
    text: 'return votes.some((vote) => vote.revision === revision &&',
    instead: 'return votes.some((vote) => vote.revision > revision &&',
    tests: ['test/gateway/exceptions/votes-at-once.model.test.ts'],
  },
  {
    invariant: 10,
    says: 'a vote counts for whatever terms',
    file: `${exceptions}/tally.ts`,
    text: "if (vote.termsDigest !== termsDigest) return 'digest'",
    instead: "if (vote.termsDigest === '') return 'digest'",
    tests: domain,
  },
  {
    invariant: 11,
    says: 'a stage that needs nobody is full',
    file: `${exceptions}/tally.ts`,
    text: 'stages.every((stage) => stage.need >= 1 && stage.have >= stage.need)',
    instead: 'stages.every((stage) => stage.have >= stage.need)',
    tests: domain,
  },
  {
    invariant: 12,
    says: 'time approves',
    file: `${exceptions}/deadlines.ts`,
    text: "return hasLapsed(request, now) ? 'lapsed' : request.state",
    instead: "return hasLapsed(request, now) ? 'approved' : request.state",
    tests: [...domain, ...histories],
  },
  {
    invariant: 13,
    says: 'who left a pool still counts',
    file: `${exceptions}/pools.ts`,
    text: '.filter((id) => live.has(id))',
    instead: '.filter((id) => people.has(id))',
    tests: domain,
  },
  {
    invariant: 14,
    says: 'who may vote is read before the transaction that writes the vote',
    file: `${acts}/cast-vote.ts`,
    text: 'ports.store.transact((rows) => voteIn(ports, rows, ballot, call, ports.clock.anyNow()))',
    instead:
      'ports.store.read((early) => ports.directory(early)).then((people) => ports.store.transact((rows) =>' +
      ' voteIn({ ...ports, directory: async () => people }, rows, ballot, call, ports.clock.anyNow())))',
    tests: votes,
  },
  {
    invariant: 15,
    says: 'machines vote',
    file: `${exceptions}/eligible-approvers.ts`,
    text: "if (voter.kind !== 'person') return",
    instead: "if (voter.kind === 'machine') return",
    tests: domain,
  },
  {
    invariant: 16,
    says: 'a grant serves every device of its person',
    file: access,
    text: 'grant.person === verdict.person && grant.device === verdict.device &&',
    instead: 'grant.person === verdict.person &&',
    tests: domain,
  },
  {
    invariant: 16,
    says: 'a grant excuses what no grant may excuse',
    file: access,
    text: '    exemptable &&\n',
    instead: '',
    tests: domain,
  },
  {
    invariant: 17,
    says: 'a grant for no resource is one for all',
    file: access,
    text: 'grant.resources.includes(verdict.resource)',
    instead: '(grant.resources.length === 0 || grant.resources.includes(verdict.resource))',
    tests: domain,
  },
  {
    invariant: 18,
    says: 'the last grant alone is looked at',
    file: access,
    text: 'const best = bestUsable(candidates, input)',
    instead: 'const best = bestUsable(candidates.slice(-1), input)',
    tests: domain,
  },
  {
    invariant: 19,
    says: 'with one grant that has ended, all have',
    file: access,
    text: 'const mine = input.grants.filter((grant) => isAbout(grant, verdict))',
    instead:
      "const mine = input.grants.some(({ state }) => state !== 'active') ? [] : input.grants.filter((grant) => isAbout(grant, verdict))",
    tests: domain,
  },
  {
    invariant: 20,
    says: 'what could not be judged can be excepted',
    file: 'src/domain/policy/evaluate-policy.ts',
    text: '    excusable: false,\n',
    instead: '    excusable: true,\n',
    tests: domain,
  },
  {
    invariant: 21,
    says: 'a row says which device a grant is of',
    file: `${acts}/live-grants.ts`,
    text: 'if (grant === undefined || grant.device !== deviceId) return undefined',
    instead: 'if (grant === undefined) return undefined',
    tests: grants,
  },
  {
    invariant: 21,
    says: 'any key of the device will do',
    file: `${acts}/live-grants.ts`,
    text: 'keyReached: kid !== null && isKeyReached(grant.kid, kid, [])',
    instead: 'keyReached: kid !== null && isKeyReached(kid, kid, [])',
    tests: grants,
  },
  {
    invariant: 22,
    says: 'the check listener does not see grants',
    file: 'src/gateway/access/decide-for-device.ts',
    text: 'const decided = judge(book, read.facts, read.grants, resource, act, now)',
    instead: 'const decided = judge(book, read.facts, [], resource, act, now)',
    tests: decisions,
  },
  {
    invariant: 22,
    says: 'policy tests honour grants for ever',
    file: 'src/gateway/policy/policy-test-situation.ts',
    text: '    notAfter: grant.until,\n',
    instead: '    notAfter: Number.MAX_SAFE_INTEGER,\n',
    tests: decisions,
  },
  {
    invariant: 22,
    says: 'the preview forgets what is granted already',
    file: `${acts}/view-preview.ts`,
    text: 'without: decide(grants)',
    instead: 'without: decide([])',
    tests: decisions,
  },
  {
    invariant: 23,
    says: 'a grant that has ended is used on',
    file: `${acts}/live-grants.ts`,
    text: '.filter(({ id, end }) => end === null && !ends.has(id))',
    instead: '.filter(({ id }) => id.length > 0)',
    tests: replayed,
  },
  {
    invariant: 23,
    says: 'moves are folded in the order in which they are read',
    file: `${exceptions}/fold-moves.ts`,
    text: '[...moves].sort((left, right) => left.position - right.position)',
    instead: '[...moves]',
    tests: histories,
  },
  {
    invariant: 24,
    says: 'a row lives by the leaf of another grant',
    file: `${acts}/live-grants.ts`,
    text: 'if (leaf.grant_id !== record.id || leaf.request_id === null) return undefined',
    instead: 'if (leaf.request_id === null) return undefined',
    tests: [...grants, 'test/gateway/exceptions/guards.test.ts'],
  },
  {
    invariant: 24,
    says: 'terms are believed as they are stored',
    file: `${acts}/live-grants.ts`,
    text: 'if (!isTerms(terms) || digestOf(terms) !== leaf.terms_digest || terms.device === null)',
    instead: 'if (!isTerms(terms) || terms.device === null)',
    tests: grants,
  },
  {
    invariant: 24,
    says: 'votes count as they are stored',
    file: `${acts}/cast-vote.ts`,
    text: '!(await areMovesProven(rows, requestId, ports.trusted()))',
    instead: 'false',
    tests: grants,
  },
  {
    invariant: 25,
    says: 'a grant ends at another time in its row than in its leaf',
    file: `${acts}/record-moves.ts`,
    text: 'await rows.grants.end(grant.id, grant.state, grant.endedAt ?? move.at)',
    instead: 'await rows.grants.end(grant.id, grant.state, move.at + 1)',
    tests: replayed,
  },
  {
    invariant: 26,
    says: 'roots are not compared with those that were signed',
    file: `${audit}/verify-leaves.ts`,
    text: 'if (root === undefined || !equal(root, checkpoint.root))',
    instead: 'if (root === undefined)',
    tests: log,
  },
  {
    invariant: 26,
    says: 'a proof of consistency leaves a hash out',
    file: `${audit}/merkle-tree.ts`,
    text: 'if (size === to) return isKnown ? [] : [await rootBetween(from, to, read)]',
    instead: 'if (size === to) return []',
    tests: log,
  },
  {
    invariant: 27,
    says: 'what is erased is taken for changed',
    file: `${audit}/verify-contents.ts`,
    text: "if (length === 4 && members['erased'] === true) return { kind: 'erased' }\n",
    instead: '',
    tests: log,
  },
  {
    invariant: 28,
    says: 'what has ended counts no more',
    file: `${exceptions}/counting.ts`,
    text: 'return span === undefined || span.to <= now - windowSeconds ? sum :',
    instead: 'return span === undefined || span.ended ? sum :',
    tests: domain,
  },
  {
    invariant: 28,
    says: 'what R6 looks at again leaves the totals out',
    file: `${acts}/cast-vote.ts`,
    text: '      history,\n',
    instead: '      history: { ...history, grants: [] },\n',
    tests: ['test/gateway/exceptions/caps-at-once.model.test.ts'],
  },
  {
    invariant: 31,
    says: 'the log goes on over an older database',
    file: `${audit}/sequencer.ts`,
    text: "if (!(await isContinued(tree, signer, opened.last !== undefined))) await lock('rollback')",
    instead: 'await isContinued(tree, signer, opened.last !== undefined)',
    tests: log,
  },
  {
    invariant: 31,
    says: 'a locked log takes votes that mint',
    file: `${acts}/cast-vote.ts`,
    text: "if (statement.decision === 'approve') refuseLocked(ports)",
    instead: "if (statement.decision === 'deny') refuseLocked(ports)",
    tests: log,
  },
  {
    invariant: 32,
    says: 'whatever is not false is an answer',
    file: 'src/domain/policy/evaluate-policy.ts',
    text: 'if (passed === true) return { met: true, reading }',
    instead: 'if (passed !== false) return { met: true, reading }',
    tests: decisions,
  },
  {
    invariant: 32,
    says: 'a condition that answers with a text holds',
    file: `${exceptions}/exception-rules.ts`,
    text: 'return condition.holds(input) === true',
    instead: 'return Boolean(condition.holds(input))',
    tests: decisions,
  },
]
