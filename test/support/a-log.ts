import type { AuditEvent } from '#domain/audit-event.ts'
import { openCheckpoint } from '#gateway/audit/checkpoint.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { createSequencer, type Sequencer, type SequencerPorts } from '#gateway/audit/sequencer.ts'
import { parseVerifierKey, verifierKey } from '#gateway/audit/signed-note.ts'
import { createSigner, type SignerState } from '#gateway/audit/signer.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import { silentLog } from '#runtime/log.ts'
import { aClock, type TestClock } from './a-clock.ts'
import { aLogKey } from './a-log-key.ts'
import { aStore } from './a-store.ts'

export const logId = 'gate.example.com/audit'

/** The signer's state file, in memory. */
export function aSignerState(first?: SignerState) {
  let state = first
  return {
    read: async () => state,
    write: async (next: SignerState) => {
      state = next
    },
  }
}

export type TestLog = {
  readonly store: Store
  readonly clock: TestClock
  readonly sequencer: Sequencer
  readonly key: ReturnType<typeof aLogKey>
  readonly vkey: string
  readonly state: ReturnType<typeof aSignerState>
  /** Records events as one act, in one transaction; answers the numbers of their rows. */
  act(...events: readonly AuditEvent[]): Promise<readonly number[]>
  /** Texts of all leaves. */
  leaves(): Promise<readonly string[]>
  checkpoints(): Promise<readonly { readonly size: number; readonly root: Uint8Array; readonly note: string }[]>
}

/** A started log on an empty store in memory. */
export async function aLog(ports: Partial<SequencerPorts> & { readonly store?: Store } = {}): Promise<TestLog> {
  const store = ports.store ?? (await aStore())
  const clock = aClock()
  const key = aLogKey()
  const state = aSignerState()
  const sequencer = createSequencer({
    store,
    signerFor: (_, isNew) => createSigner(key, state, isNew),
    logId,
    clock,
    log: silentLog,
    ...ports,
  })
  await sequencer.start()
  const vkey = verifierKey(key)
  const verifier = parseVerifierKey(vkey)
  return {
    store,
    clock,
    sequencer,
    key,
    vkey,
    state,
    act: (...events) => store.transact((rows) => recordAll(rows, events)),
    leaves: () => store.read(async (rows) => (await rows.log.leaves(1, 0, 1_000_000)).map(({ leaf }) => leaf)),
    checkpoints: () =>
      store.read(async (rows) =>
        (await rows.log.checkpoints(1, 0, 1_000_000)).map(({ note }) => {
          const opened = openCheckpoint(note, logId, verifier === undefined ? [] : [verifier])
          if (opened === undefined) throw new Error(`not a checkpoint: ${note}`)
          return { size: opened.size, root: opened.root, note }
        }),
      ),
  }
}

async function recordAll(rows: Parameters<typeof recordEvent>[0], events: readonly AuditEvent[]) {
  const ids: number[] = []
  for (const event of events) ids.push(await recordEvent(rows, event))
  return ids
}

/** An event that nobody waits for. */
export function aQuietEvent(at = 1_795_510_800): AuditEvent {
  return { type: 'chains-recovered', at, actor: null, object: null, members: { until: at + 60, devices: 1 } }
}

/** One that is signed at once. */
export function anUrgentEvent(at = 1_795_510_800): AuditEvent {
  return {
    type: 'request-withdrawn',
    at,
    actor: null,
    object: null,
    requestId: '01a20cd0-3a10-7000-8000-0000000000a1',
    members: { revision: 1, state: 'withdrawn' },
  }
}
