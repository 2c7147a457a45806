import { join } from 'node:path'
import { logSignerState } from '#contract/log-signer-state.ts'
import { Failure } from '#domain/failure.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { stateFile } from '#runtime/state-file.ts'
import { createLogFiles, type LogFiles } from './log-files.ts'
import { createSequencer, type Sequencer } from './sequencer.ts'
import { type NoteSigner, type NoteVerifier, parseVerifierKey, verifierKey } from './signed-note.ts'
import { createSigner, type LogSigner } from './signer.ts'

/** The log of a gateway: who writes it, its static files, and what its proofs are checked with. */
export type GatewayLog = {
  readonly sequencer: Sequencer
  readonly files: LogFiles
  /** Of the log that is written to; known after `start`. */
  signer(): LogSigner
  vkey(): string
  /** Of this log and those before it, by their names. */
  trusted(): readonly NoteVerifier[]
  /** Begins, or goes on. Failure `settings_invalid`: the log is one of another issuer. */
  start(): Promise<void>
}

export type GatewayLogPorts = {
  readonly store: Pick<Store, 'transact' | 'read' | 'onOutbox'>
  readonly issuer: string
  /** The settings file, for a failure. */
  readonly settingsFile: string
  /** `<data>`. */
  readonly folder: string
  readonly key: Pick<NoteSigner, 'privateKey' | 'publicKey'>
  readonly clock: Clock
  readonly log: Log
}

/** The origin of a gateway's n-th log (audit.md sections 4 and 5): the log's prefix without scheme. */
export function logIdOf(issuer: string, number = 1): string {
  return `${issuer.replace(/^https?:\/\//, '')}/audit${number === 1 ? '' : `-${number}`}`
}

export function createGatewayLog(ports: GatewayLogPorts): GatewayLog {
  const { store, issuer, folder, key, clock, log } = ports
  const state = stateFile(join(folder, 'log-signer.json'), 1, logSignerState)
  const files = createLogFiles(store, join(folder, 'tiles'))
  const signers = new Map<string, LogSigner>()
  const signerFor = (logId: string, isNew: boolean) => {
    const signer = createSigner({ name: logId, ...key }, state, isNew)
    signers.set(logId, signer)
    return signer
  }
  const sequencer = createSequencer({
    store,
    signerFor,
    logId: logIdOf(issuer),
    clock,
    log,
    writeTiles: files.writeTiles,
  })
  const vkey = () => verifierKey({ name: sequencer.log().logId, publicKey: key.publicKey })
  return {
    sequencer,
    files,
    signer() {
      const signer = signers.get(sequencer.log().logId)
      if (signer === undefined) throw new Failure('unavailable', {})
      return signer
    },
    vkey,
    trusted() {
      // What an earlier log proved stays proven under its own name.
      const names = Array.from({ length: sequencer.log().number }, (_, index) => logIdOf(issuer, index + 1))
      return names.flatMap((name) => parseVerifierKey(verifierKey({ name, publicKey: key.publicKey })) ?? [])
    },
    async start() {
      const known = await store.read((rows) => rows.log.current())
      if (known !== undefined && known.logId !== logIdOf(issuer, known.number)) {
        const detail = `the log is one of ${known.logId.replace(/\/audit(-[0-9]+)?$/, '')}: write that host, or begin with an empty folder`
        throw new Failure('settings_invalid', { file: ports.settingsFile, issues: [{ pointer: '/issuer', detail }] })
      }
      await sequencer.start()
    },
  }
}
