import type { KeyBackEnd, KeyRecord } from '#contract/attestation-state.ts'
import type { StateFile } from '#runtime/state-file.ts'
import type { KeyState, KeyStore, UnavailableReason } from './key-store.ts'

/**
 * Where the device key is, or is to be made. A key that exists stays where its record says, whatever has become of that
 * place: no key falls to a file by itself. A new one goes to a file only if that is allowed and there is no keychain.
 */
export function chooseKeyStore(facts: {
  readonly record: KeyRecord | undefined
  readonly allowFileKey: boolean
  readonly keychain: KeyState
}): KeyBackEnd {
  if (facts.record !== undefined) return facts.record.backEnd
  if (facts.allowFileKey && facts.keychain.kind === 'unavailable' && saysNoKeychain[facts.keychain.reason])
    return 'file'
  return 'keytar'
}

/** Whether a machine with this obstacle has no keychain at all; a passing trouble must not cost a tier. */
const saysNoKeychain: { readonly [Reason in UnavailableReason]: boolean } = {
  'no-session-bus': true,
  'no-secret-service': true,
  'no-collection': true,
  'cannot-ask': true,
  'back-end-missing': true,
  'not-judged': false,
  'back-end-error': false,
  'not-kept': false,
  'recorded-elsewhere': false,
  'file-not-allowed': false,
  'file-link': false,
  'file-kind': false,
  'file-owner': false,
  'file-mode': false,
  'file-system': false,
}

/** The store of this agent, out of all it has. Asked again after a key was removed; the keychain is asked only if it matters. */
export async function openKeyStore(from: {
  readonly records: Pick<StateFile<KeyRecord>, 'read'>
  readonly allowFileKey: boolean
  readonly stores: { readonly [BackEnd in KeyBackEnd]: KeyStore }
}): Promise<KeyStore> {
  const record = await from.records.read()
  const asked = record === undefined && from.allowFileKey
  const keychain: KeyState = asked ? await from.stores.keytar.state() : { kind: 'missing', reason: 'no-key' }
  return from.stores[chooseKeyStore({ record, allowFileKey: from.allowFileKey, keychain })]
}
