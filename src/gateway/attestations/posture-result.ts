import type { DecisionGrant } from '#domain/access/grant.ts'
import type { Resource } from '#domain/access/resource.ts'
import type { Json } from '#domain/canonical-json.ts'
import type { KeyTier } from '#domain/key-tier.ts'
import type { Book } from '#domain/policy/book.ts'
import { type Episode, nextEpisodes } from '#domain/policy/grace.ts'
import { type PostureClaims, summarisePosture } from '#domain/policy/summarise-posture.ts'
import type { PostureReport } from '#domain/posture-report.ts'
import type { DeviceFacts } from '#gateway/policy/device-facts.ts'
import { hash } from '#runtime/digest.ts'
import { randomId } from '#runtime/random-id.ts'

/** The most bytes that the judgement may take: with its envelope it fits a frame of the stream. */
const maxJudgementBytes = 28_000

/** How much longer than `next_due` an access token lives, so that a live stream never starves. */
export const tokenGraceSeconds = 300

/** The claims of a `posture-result+jwt`; their schema is `contract/gateway-messages`. */
export type ResultClaims = PostureClaims & {
  readonly iss: string
  readonly aud: string
  readonly iat: number
  readonly exp: number
  readonly jti: string
  readonly sub: string
  readonly tier: KeyTier
  readonly evidence: { readonly seq: number; readonly hash: string }
  readonly next_due: number
}

export type Judgement = {
  /** The book judged by. */
  readonly book: Book | undefined
  readonly claims: ResultClaims
  readonly episodes: readonly Episode[]
}

/**
 * Judges a device over everything its person's policies name (protocol.md section 10). `exp` and `next_due` count from
 * the receipt of the report; a silent device's judgement counts from now. Pure but for the `jti`.
 */
export function judgePosture(
  facts: DeviceFacts & {
    readonly report: PostureReport
    readonly evidence: { readonly seq: number; readonly hash: string }
  },
  book: Book | undefined,
  resources: readonly Resource[],
  grants: readonly DecisionGrant[],
  issuer: string,
  now: number,
): Judgement {
  const { device, person, report, episodes } = facts
  const summary =
    book === undefined
      ? undefined
      : summarisePosture({
          book,
          person,
          device,
          report,
          episodes,
          grants,
          resources,
          now,
          maxBytes: maxJudgementBytes,
        })
  const maxSilence = summary?.maxSilenceSeconds ?? 2700
  const from = report.receivedAt + maxSilence > now ? report.receivedAt : now
  const urn = `urn:uuid:${device.id}`
  return {
    book,
    claims: {
      iss: issuer,
      aud: urn,
      iat: now,
      exp: from + maxSilence,
      jti: randomId(),
      sub: urn,
      tier: device.tier,
      evidence: facts.evidence,
      next_due: Math.max(now, from + Math.floor((2 * maxSilence) / 3)),
      ...(summary?.claims ?? withoutBook(now)),
    },
    episodes: summary === undefined ? episodes : nextEpisodes(episodes, summary.judged, now),
  }
}

/** Without a valid book everything is refused: nothing is named, so nothing is reachable. */
function withoutBook(now: number): PostureClaims {
  return {
    status: 'contraindicated',
    submods: { os: 'none', posture: 'contraindicated', agent: 'affirming' },
    book: noBook,
    checks: [],
    resources: [],
    grants: [],
    recheck_at: now + 60,
  }
}

/** The hash of an empty list of documents: what stands for a book where none is in force. */
const noBook = hash('[]')

/** The part of a judgement that people notice. */
export type Noticeable = {
  readonly status: string
  readonly checks: readonly { readonly check: string; readonly outcome: string }[]
}

export type PostureChange = {
  readonly from: string | null
  readonly to: string
  readonly checks: readonly { readonly check: string; readonly from: string | null; readonly to: string }[]
}

/** What changed for people between two judgements; `undefined` where nothing did. */
export function changesBetween(before: Noticeable | undefined, after: Noticeable): PostureChange | undefined {
  const known = new Map(before?.checks.map((check) => [check.check, check.outcome]))
  const checks = after.checks
    .filter((check) => known.get(check.check) !== check.outcome)
    .map((check) => ({ check: check.check, from: known.get(check.check) ?? null, to: check.outcome }))
  if (before !== undefined && before.status === after.status && checks.length === 0) return undefined
  return { from: before?.status ?? null, to: after.status, checks }
}

/** The noticeable part of a stored result, which was written by us. */
export function noticeable(claims: Json): Noticeable {
  if (isNoticeable(claims)) return claims
  throw new TypeError('a result that was not written by us')
}

function isNoticeable(claims: unknown): claims is Noticeable {
  return (
    typeof claims === 'object' &&
    claims !== null &&
    'status' in claims &&
    'checks' in claims &&
    Array.isArray(claims.checks)
  )
}
