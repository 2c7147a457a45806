import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseKeyStore } from '#agent/attestation/choose-key-store.ts'
import { type KeyState, lockedReasons, missingReasons, unavailableReasons } from '#agent/attestation/key-store.ts'
import { keytarKeyStore } from '#agent/attestation/key-stores/keytar-key-store.ts'
import type { SecretServiceState } from '#agent/machine/secret-service.ts'
import type { KeyRecord } from '#contract/attestation-state.ts'
import { isFailure } from '#domain/failure.ts'
import { keyedHash } from '#runtime/digest.ts'
import { silentLog } from '#runtime/log.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aKeyring, aSecretService } from '#test/support/a-keyring.ts'

const reachable: SecretServiceState = { kind: 'reachable', locked: false, hasCollection: true }
const unusable: readonly SecretServiceState[] = [
  { kind: 'reachable', locked: true, hasCollection: true },
  { kind: 'no-bus' },
  { kind: 'no-service' },
  { kind: 'unknown', why: 'timed-out' },
  { kind: 'unknown', why: 'denied' },
  { kind: 'unknown', why: 'unrecognised-output' },
]

type Event =
  | { readonly kind: 'create' | 'state' | 'sign' | 'restart' | 'prompt' | 'prompt-ends' | 'a-minute' }
  | { readonly kind: 'says'; readonly state: SecretServiceState }

const anEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.constant<Event>({ kind: 'create' }),
  fc.constantFrom<Event>({ kind: 'state' }, { kind: 'sign' }, { kind: 'restart' }, { kind: 'a-minute' }),
  fc.constantFrom<Event>({ kind: 'prompt' }, { kind: 'prompt-ends' }),
  fc.constantFrom(...unusable).map((state): Event => ({ kind: 'says', state })),
  fc.constant<Event>({ kind: 'says', state: reachable }),
)

/** A keychain, a record and an agent that asks both, all in memory; `play` makes one thing happen. */
function aWorld() {
  const ring = aKeyring()
  const service = aSecretService()
  const clock = aClock()
  let record: KeyRecord | undefined
  let said = reachable
  let isPrompting = false
  const open = () =>
    keytarKeyStore({
      records: {
        path: 'in memory',
        read: async () => record,
        write: async (written) => {
          record = written
        },
        remove: async () => {
          record = undefined
        },
      },
      machineHash: async (salt) => keyedHash(salt, 'here'),
      clock,
      log: silentLog,
      secretService: service,
      development: false,
      loadKeyring: async () => ring.keyring,
    })
  let store = open()

  /** Waits as a person does: who is not answered within the limit goes on. */
  async function settled(act: Promise<unknown>): Promise<void> {
    const refused = act.catch((thrown: unknown) => {
      if (!isFailure(thrown)) throw thrown
    })
    if (isPrompting) await clock.advance(11_000)
    await refused
  }
  const acts: { readonly [Kind in Event['kind']]: (event: Event) => Promise<unknown> } = {
    create: () => settled(store.create()),
    state: () => settled(store.state()),
    sign: () => settled(store.sign(Buffer.from('x'))),
    'a-minute': () => clock.advance(60_000),
    async restart() {
      if (!isPrompting) store = open() // a process whose call is open cannot end by itself
    },
    async prompt() {
      if (!isPrompting) ring.leaveOpen()
      isPrompting = true
    },
    async 'prompt-ends'() {
      ring.letGo()
      isPrompting = false
      await clock.advance(0)
    },
    async says(event) {
      if (event.kind !== 'says') return
      said = event.state
      service.says(said)
    },
  }
  return {
    ring,
    said: () => said,
    record: () => record,
    secrets: () => [...ring.entries.values()],
    writes: () => ring.calls.filter((name) => name === 'set').length,
    play: (event: Event) => acts[event.kind](event),
  }
}

describe('A keychain, whatever happens in whatever order', () => {
  it('is never written to while it cannot be used or is not known, and never holds a second key', async () => {
    let made = 0
    let refused = 0
    await fc.assert(
      fc.asyncProperty(fc.array(anEvent, { minLength: 3, maxLength: 30 }), async (events) => {
        const world = aWorld()
        for (const event of events) {
          const [secrets, writes, kid] = [world.secrets(), world.writes(), world.record()?.kid]
          await world.play(event)
          if (world.said() !== reachable && event.kind !== 'prompt-ends') expect(world.writes()).toBe(writes)
          if (secrets.length > 0 && kid !== undefined) expect(world.secrets()).toEqual(secrets)
          if (kid !== undefined) expect(world.record()?.kid).toBe(kid)
          if (event.kind === 'create') {
            if (world.said() === reachable && secrets.length === 0 && world.secrets().length === 1) made += 1
            if (world.said() !== reachable && world.secrets().length === 0) refused += 1
          }
        }
        await world.play({ kind: 'prompt-ends' })
        await world.play({ kind: 'says', state: reachable })
        await world.play({ kind: 'create' })
        expect(world.secrets()).toHaveLength(1)
        expect(world.record()?.kid).toEqual(expect.any(String))
        expect(world.ring.mostAtOnce()).toBeLessThanOrEqual(1)
      }),
      { numRuns: 400 },
    )
    expect(made).toBeGreaterThan(50)
    expect(refused).toBeGreaterThan(50)
  })
})

const aState: fc.Arbitrary<KeyState> = fc.oneof(
  fc.constantFrom(...missingReasons).map((reason): KeyState => ({ kind: 'missing', reason })),
  fc.constantFrom(...lockedReasons).map((reason): KeyState => ({ kind: 'locked', reason })),
  fc.constantFrom(...unavailableReasons).map((reason): KeyState => ({ kind: 'unavailable', reason })),
)

describe('The place of a key, whatever becomes of it', () => {
  it('stays the one on record: no tier is lowered, whatever is allowed', () => {
    const record = { kid: 'k', tier: 'T1', createdAt: 1, installId: 'i', machineHash: 'm' } as const
    fc.assert(
      fc.property(fc.constantFrom('keytar', 'file'), fc.boolean(), aState, (backEnd, allowFileKey, keychain) => {
        expect(chooseKeyStore({ record: { ...record, backEnd }, allowFileKey, keychain })).toBe(backEnd)
      }),
    )
  })

  it('is a file for a new key only where the organisation allows it and there is no keychain at all', () => {
    fc.assert(
      fc.property(fc.boolean(), aState, (allowFileKey, keychain) => {
        const chosen = chooseKeyStore({ record: undefined, allowFileKey, keychain })
        if (!allowFileKey || keychain.kind !== 'unavailable') expect(chosen).toBe('keytar')
      }),
    )
  })
})
