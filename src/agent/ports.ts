import type { channels } from '#contract/attestation-claims.ts'
import type { KeyBackEnd } from '#contract/attestation-state.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import type { KeyStore } from './attestation/key-store.ts'
import type { RecordedBy } from './attestation/recorded-key-store.ts'
import type { Exchange } from './gateway-client/exchange.ts'
import type { ConnectSocket } from './gateway-client/web-socket.ts'
import type { Machine } from './machine/machine.ts'
import type { SecretService } from './machine/secret-service.ts'
import type { Watch } from './machine/watch.ts'
import type { ManagedSettings } from './managed-settings/resolve-settings.ts'
import type { ProbeCatalogue } from './probes/probe-catalogue.ts'
import type { AgentPaths } from './system/paths.ts'

/** What a shell must supply: the app, the headless agent, the development shell, a test. */
export type AgentPorts = {
  /** Of Postern, a semantic version. */
  readonly version: string
  /** Allows loopback gateways without TLS, and marks every report. */
  readonly development: boolean
  readonly channel: (typeof channels)[number]
  /** Whether somebody vouches for the code that runs. */
  readonly integrity: 'signed' | 'unsigned' | 'unknown'
  readonly clock: Clock
  /** 0 up to 1. */
  readonly random: () => number
  readonly log: Log
  readonly machine: Machine
  readonly paths: AgentPaths
  /** Node's `process.arch`. */
  readonly arch: string
  /** Of the user who runs this; -1 where there are none. */
  readonly uid: number
  readonly uptimeSeconds: () => number
  /** Undefined where the system's keychain is not the Secret Service. */
  readonly secretService: SecretService | undefined

  // What the core takes from itself where a shell says nothing.
  readonly catalogue?: ProbeCatalogue
  readonly beginWatch?: (watch: Watch, tell: () => void) => () => void
  readonly readSettings?: (before: ManagedSettings | undefined) => Promise<ManagedSettings>
  readonly keyStores?: (by: KeyStorePorts) => { readonly [BackEnd in KeyBackEnd]: KeyStore }
  readonly exchange?: Exchange
  readonly connectSocket?: () => Promise<ConnectSocket>
  readonly power?: PowerPort
  readonly presence?: PresencePort
}

export type KeyStorePorts = RecordedBy & {
  readonly isFileAllowed: () => boolean
}

/** Tells of mains and battery, sleep and waking. A headless agent has none: it counts as on mains and awake. */
export type PowerPort = {
  onPower(listener: (power: 'mains' | 'battery') => void): () => void
  onSleep(listener: (change: 'asleep' | 'woken') => void): () => void
}

/** Tells whether somebody is at the machine. Without it somebody counts as there. */
export type PresencePort = { onPresence(listener: (presence: 'present' | 'away') => void): () => void }
