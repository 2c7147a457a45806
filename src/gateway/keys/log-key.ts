import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { Failure } from '#domain/failure.ts'
import { type Clock, secondsNow } from '#runtime/clock.ts'
import { createKeyFile, readKeyFile } from './key-file.ts'

export type LogKey = { readonly privateKey: KeyObject; readonly publicKey: KeyObject }

/**
 * Opens `<data>/keys/log.json`, the Ed25519 key of checkpoints, making it where it is missing. It is apart from the keys of
 * messages: the format of checkpoints asks for another algorithm, and the signer moves out later (audit.md section 5).
 * Failures: `state_unreadable`, `state_unwritable`, `state_too_new`.
 */
export async function openLogKey(folder: string, clock: Pick<Clock, 'nowMs'>): Promise<LogKey> {
  const path = join(folder, 'log.json')
  const text = (await readKeyFile(path)) ?? (await makeKey(path, clock))
  const { version, use, pkcs8 } = membersOf(path, text)
  if (typeof version === 'number' && version > 1) throw new Failure('state_too_new', { file: path })
  if (version !== 1 || use !== 'log' || typeof pkcs8 !== 'string') throw refusal(path)
  const privateKey = importKey(path, pkcs8)
  if (privateKey.asymmetricKeyType !== 'ed25519') throw refusal(path)
  return { privateKey, publicKey: createPublicKey(privateKey) }
}

async function makeKey(path: string, clock: Pick<Clock, 'nowMs'>): Promise<string> {
  const pkcs8 = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url')
  const content = `${JSON.stringify({ version: 1, use: 'log', not_before: secondsNow(clock), pkcs8 })}\n`
  if (await createKeyFile(path, content)) return content
  const theirs = await readKeyFile(path)
  if (theirs === undefined) throw refusal(path)
  return theirs
}

function membersOf(path: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(text)
    if (typeof content === 'object' && content !== null) return { ...content }
  } catch (cause) {
    throw new Failure(
      'state_unreadable',
      { file: path, reason: 'Something else has written into it: it is not JSON' },
      { cause },
    )
  }
  throw refusal(path)
}

function importKey(path: string, pkcs8: string): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8, 'base64url'), format: 'der', type: 'pkcs8' })
  } catch (cause) {
    throw new Failure('state_unreadable', { file: path, reason: 'It is not a key' }, { cause })
  }
}

function refusal(file: string): Failure {
  return new Failure('state_unreadable', { file, reason: 'It is not the key of a log' })
}
