import type { DeepReadonly } from '#contract/deep-readonly.ts'
import type { ClaimsOf } from '#contract/message-types.ts'
import { foldMoves } from '#domain/exceptions/fold-moves.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { randomId } from '#runtime/random-id.ts'
import { readMove } from './stored-move.ts'

export type DecisionClaims = DeepReadonly<ClaimsOf<'exception-decision+jwt'>>

/** How long a signed decision is believed; what it tells of is in the log for ever. */
const lifeSeconds = 86_400

/** The claims of `exception-decision+jwt`: the request, and its grant, after the move at a position. */
export async function decisionClaims(
  rows: Pick<Rows, 'exceptions' | 'audit' | 'log'>,
  { id, deviceId }: { readonly id: string; readonly deviceId: string },
  position: number,
  issuer: string,
  now: number,
): Promise<DecisionClaims> {
  const records = await rows.exceptions.moves(id)
  // The grant is minted by the next move of the same act, under the same checkpoint.
  const act = records.find((record) => record.position === position)?.act
  const told = records.filter((record) => record.act <= (act ?? position))
  const request = foldMoves(told.map(readMove))
  const last = told.findLast(({ position: at }) => at <= position) ?? told.at(-1)
  const leaf = last === undefined ? undefined : await rows.log.leafOf(last.eventId)
  const reason = last === undefined ? undefined : await textOf(rows, last.eventId, 'reason')
  const { grant } = request
  return {
    iss: issuer,
    aud: `urn:uuid:${deviceId}`,
    iat: now,
    exp: now + lifeSeconds,
    jti: randomId(),
    request_id: id,
    terms_digest: request.termsDigest,
    state: request.state,
    ...(reason === undefined ? {} : { reason }),
    ...(grant === null
      ? {}
      : {
          grant: {
            id: grant.id,
            state: grant.state,
            checks: grant.checks,
            resources: grant.resources,
            not_before: grant.notBefore,
            not_after: grant.notAfter,
            controls: grant.controls,
          },
        }),
    log: leaf === undefined ? null : { index: leaf.index },
  }
}

/** A text that an event keeps apart; undefined where there is none, or it was erased. */
export async function textOf(
  rows: Pick<Rows, 'audit'>,
  eventId: number,
  name: 'reason' | 'message',
): Promise<string | undefined> {
  const content = (await rows.audit.attachmentsOf(eventId)).find((attachment) => attachment.name === name)?.content
  const text = typeof content === 'object' && content !== null && 'text' in content ? content.text : undefined
  return typeof text === 'string' ? text : undefined
}
