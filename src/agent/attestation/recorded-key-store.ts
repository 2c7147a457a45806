import type { KeyBackEnd, KeyRecord } from '#contract/attestation-state.ts'
import { type Clock, secondsNow } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import type { StateFile } from '#runtime/state-file.ts'
import { isOfOtherMachine, type MachineHash, makeKeyRecord } from './key-record.ts'
import {
  type KeyState,
  type KeyStore,
  keyFailure,
  type LockedKey,
  type NoKey,
  type UnavailableKey,
} from './key-store.ts'
import { makeP256Key, type P256Key, readP256Key, signsTruly } from './p256-key.ts'

/** Why a place cannot be used now. */
export type Obstacle = LockedKey | UnavailableKey

/** A place that keeps one secret text. It answers what stands in the way instead of throwing. */
export type SecretPlace = {
  readonly backEnd: KeyBackEnd
  /** What stands in the way, found out without asking a person; undefined when the place can be used. */
  obstacle(): Promise<Obstacle | undefined>
  read(): Promise<{ readonly kind: 'found'; readonly secret: string } | { readonly kind: 'none' } | Obstacle>
  /** Replaces what was there. After `no-answer` it is open whether it was written, until `settled`. */
  write(secret: string): Promise<{ readonly kind: 'written' } | Obstacle>
  remove(): Promise<{ readonly kind: 'removed' } | Obstacle>
  /** When no call is under way. */
  settled(): Promise<void>
}

export type RecordedBy = {
  readonly records: StateFile<KeyRecord>
  readonly machineHash: MachineHash
  readonly clock: Clock
  readonly log: Log
}

type Found = { readonly kind: 'key'; readonly key: P256Key; readonly record: KeyRecord } | NoKey

/** A secret's place and the record beside it, judged together as one key store. */
export function recordedKeyStore(place: SecretPlace, by: RecordedBy): KeyStore {
  let unfinished: Promise<void> | undefined // a key whose writing was not answered in time
  let acts: Promise<unknown> = Promise.resolve()

  /** Makes and removes keys one after another, so that two callers never make two. */
  function inTurn<Done>(act: () => Promise<Done>): Promise<Done> {
    const done = acts.then(act)
    acts = done.catch(() => undefined) // whoever asked for it is told; the next one does not care
    return done
  }

  async function find(): Promise<Found> {
    if (unfinished !== undefined) return { kind: 'locked', reason: 'no-answer' }
    const obstacle = await place.obstacle()
    if (obstacle !== undefined) return obstacle
    const record = await by.records.read()
    if (record === undefined) return { kind: 'missing', reason: 'no-key' }
    if (record.backEnd !== place.backEnd) return { kind: 'unavailable', reason: 'recorded-elsewhere' }
    if (await isOfOtherMachine(record, by.machineHash)) return { kind: 'missing', reason: 'other-machine' }
    const read = await place.read()
    if (read.kind === 'none') return { kind: 'missing', reason: 'key-gone' }
    if (read.kind !== 'found') return read
    const key = readP256Key(read.secret)
    return key?.kid === record.kid ? { kind: 'key', key, record } : { kind: 'missing', reason: 'key-gone' }
  }

  async function theKey(): Promise<P256Key> {
    const found = await find()
    if (found.kind !== 'key') throw keyFailure(found)
    return found.key
  }

  /** Steps 3 to 5: reads back, signs a test value, writes the record. */
  async function finish(key: P256Key): Promise<Obstacle | undefined> {
    const read = await place.read()
    if (read.kind !== 'found' && read.kind !== 'none') return read
    const kept = read.kind === 'found' ? readP256Key(read.secret) : undefined
    if (kept?.kid !== key.kid || !signsTruly(kept)) return { kind: 'unavailable', reason: 'not-kept' }
    const createdAt = secondsNow(by.clock)
    await by.records.write(
      await makeKeyRecord({ backEnd: place.backEnd, kid: key.kid, createdAt, machineHash: by.machineHash }),
    )
    return undefined
  }

  /** Until the outcome is known the store is locked; then the key is either kept and on record, or was never there. */
  function finishLater(key: P256Key): void {
    unfinished = place
      .settled()
      .then(() => finish(key))
      .then(
        (obstacle) => by.log.info('key.settled-late', { kid: key.kid, kept: obstacle === undefined }),
        (cause) => by.log.warn('key.settled-late', { kid: key.kid, kept: false, err: cause }),
      )
      .finally(() => {
        unfinished = undefined
      })
  }

  async function make(): Promise<P256Key> {
    const found = await find()
    if (found.kind === 'key') return found.key
    if (found.kind !== 'missing') throw keyFailure(found)
    const key = makeP256Key() // 1
    const written = await place.write(key.secret()) // 2
    const obstacle = written.kind === 'written' ? await finish(key) : written
    if (obstacle === undefined) return key
    if (obstacle.reason === 'no-answer') finishLater(key)
    throw keyFailure(obstacle)
  }

  return {
    backEnd: place.backEnd,
    async state(): Promise<KeyState> {
      const found = await find()
      if (found.kind !== 'key') return found
      const { kid, tier, createdAt } = found.record
      return { kind: place.backEnd === 'file' ? 'file' : 'ok', kid, tier, createdAt }
    },
    async kid() {
      const record = await by.records.read()
      if (record === undefined) throw keyFailure({ kind: 'missing', reason: 'no-key' })
      return record.kid
    },
    publicJwk: async () => (await theKey()).publicJwk,
    sign: async (bytes) => (await theKey()).sign(bytes),
    create: () => inTurn(async () => (await make()).publicJwk),
    remove: () =>
      inTurn(async () => {
        if (unfinished !== undefined) throw keyFailure({ kind: 'locked', reason: 'no-answer' })
        const removed = await place.remove() // before the record: a crash between leaves "gone", never a key nobody knows of
        if (removed.kind !== 'removed') throw keyFailure(removed)
        await by.records.remove()
      }),
  }
}
