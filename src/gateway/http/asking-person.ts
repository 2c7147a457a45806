import { Failure } from '#domain/failure.ts'
import type { Acting, SignedAct } from '#gateway/people/acting.ts'
import { actUnderStatement } from '#gateway/people/take-statement.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { SignedQuestion } from './admin-call.ts'
import type { ConsolePorts } from './console-ports.ts'
import type { Asker } from './who-asks.ts'

/** The person of a call that takes nobody else. */
export function personIn(asker: Asker): Extract<Asker, { kind: 'person' }> {
  if (asker.kind === 'person') return asker
  throw new Failure('login_required', {})
}

/** What a call does in the name of the person who is signed in. */
export function actingAs(asker: Asker, acting: Acting): Acting & { readonly person: string } {
  return { ...acting, person: personIn(asker).person.id }
}

/**
 * Runs a signed act (label `postern/act/1`): the passkey signed exactly this call, with this body. Failures:
 * `challenge_expired`, `assertion_refused`, and those of the act.
 */
export async function runSigned<Answer>(
  ports: Pick<ConsolePorts, 'store' | 'party'>,
  {
    asker,
    acting,
    signed,
  }: { readonly asker: Asker; readonly acting: Acting; readonly signed: SignedQuestion | undefined },
  act: (rows: Rows, acting: Acting & { readonly person: string }, signed: SignedAct) => Promise<Answer>,
): Promise<Answer> {
  const own = actingAs(asker, acting)
  if (signed === undefined)
    throw new Failure('schema_invalid', { errors: [{ pointer: '/signed', detail: 'is missing' }] })
  const { nonce, assertion, ...asked } = signed
  return await actUnderStatement(
    ports.store,
    {
      label: 'postern/act/1',
      person: own.person,
      nonce,
      assertion,
      statement: (given) => ({ ...asked, nonce: given }),
      party: ports.party,
      now: Math.floor(acting.nowMs / 1000),
    },
    (rows, proof) => act(rows, own, { signed: { ...asked, nonce }, proof }),
  )
}
