import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type PublicJwk, thumbprintText } from '#contract/wire-types.ts'
import { Failure } from '#domain/failure.ts'
import { type Clock, secondsNow } from '#runtime/clock.ts'
import { hash } from '#runtime/digest.ts'
import { createKeyFile, readKeyFile } from './key-file.ts'

/** One ES256 key per use (protocol.md section 2). `token` signs `at+jwt` and is never published. */
export const keyUses = ['agent', 'assertion', 'event', 'token'] as const
export type KeyUse = (typeof keyUses)[number]

export type SigningKey = {
  readonly use: KeyUse
  /** RFC 7638 thumbprint. */
  readonly kid: string
  readonly jwk: PublicJwk
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** When it was made, Unix seconds: from then on it may sign. */
  readonly notBefore: number
}

export type GatewayKeys = {
  readonly [Use in KeyUse]: SigningKey
} & {
  /** 32 bytes from which nonces are derived; every replica has the same. */
  readonly nonceMaster: Uint8Array
}

/**
 * Opens `<data>/keys`, making what is missing: one file per use, 0600. Two processes that start together end up with the
 * same keys. Failures: `state_unreadable` (wrong owner, wrong mode, not a key), `state_unwritable`, `state_too_new`.
 */
export async function openKeys(folder: string, clock: Pick<Clock, 'nowMs'>): Promise<GatewayKeys> {
  const [agent, assertion, event, token, nonceMaster] = await Promise.all([
    openKey(folder, 'agent', clock),
    openKey(folder, 'assertion', clock),
    openKey(folder, 'event', clock),
    openKey(folder, 'token', clock),
    openNonceMaster(folder),
  ])
  return { agent, assertion, event, token, nonceMaster }
}

async function openKey(folder: string, use: KeyUse, clock: Pick<Clock, 'nowMs'>): Promise<SigningKey> {
  const path = join(folder, `${use}.json`)
  const text = await readOrCreate(path, () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url')
    return `${JSON.stringify({ version: 1, use, not_before: secondsNow(clock), pkcs8 })}\n`
  })
  const { not_before: notBefore, pkcs8, use: forUse } = fileMembers(path, text)
  if (forUse !== use || typeof pkcs8 !== 'string' || typeof notBefore !== 'number') throw refusal(path)
  const privateKey = importKey(path, pkcs8)
  const publicKey = createPublicKey(privateKey)
  const { crv, x, y } = publicKey.export({ format: 'jwk' })
  if (crv !== 'P-256' || x === undefined || y === undefined) throw refusal(path)
  const jwk: PublicJwk = { kty: 'EC', crv: 'P-256', x, y }
  return { use, kid: hash(thumbprintText(jwk)), jwk, privateKey, publicKey, notBefore }
}

async function openNonceMaster(folder: string): Promise<Uint8Array> {
  const path = join(folder, 'nonce.json')
  const text = await readOrCreate(
    path,
    () => `${JSON.stringify({ version: 1, use: 'nonce', master: randomBytes(32).toString('base64url') })}\n`,
  )
  const { master, use } = fileMembers(path, text)
  const bytes = typeof master === 'string' && use === 'nonce' ? Buffer.from(master, 'base64url') : undefined
  if (bytes?.length !== 32) throw refusal(path)
  return bytes
}

async function readOrCreate(path: string, make: () => string): Promise<string> {
  const known = await readKeyFile(path)
  if (known !== undefined) return known
  const content = make()
  if (await createKeyFile(path, content)) return content
  const theirs = await readKeyFile(path)
  if (theirs === undefined) throw refusal(path)
  return theirs
}

function fileMembers(path: string, text: string): Readonly<Record<string, unknown>> {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw new Failure(
      'state_unreadable',
      { file: path, reason: 'Something else has written into it: it is not JSON' },
      { cause },
    )
  }
  if (typeof content !== 'object' || content === null || !('version' in content)) throw refusal(path)
  if (typeof content.version === 'number' && content.version > 1) throw new Failure('state_too_new', { file: path })
  if (content.version !== 1) throw refusal(path)
  return { ...content }
}

function importKey(path: string, pkcs8: string): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8, 'base64url'), format: 'der', type: 'pkcs8' })
  } catch (cause) {
    throw new Failure('state_unreadable', { file: path, reason: 'It is not a key' }, { cause })
  }
}

function refusal(file: string): Failure {
  return new Failure('state_unreadable', { file, reason: 'It is not a key of this use' })
}
