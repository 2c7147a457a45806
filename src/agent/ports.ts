import type { autostartStates, DiagnosticFact, installKinds, trayStates } from '#contract/agent-windows.ts'
import type { channels } from '#contract/attestation-claims.ts'
import type { KeyBackEnd } from '#contract/attestation-state.ts'
import type { RemedyId } from '#domain/remedies.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import type { KeyStore } from './attestation/key-store.ts'
import type { RecordedBy } from './attestation/recorded-key-store.ts'
import type { Exchange } from './gateway-client/exchange.ts'
import type { ProxyChoice } from './gateway-client/proxy-choice.ts'
import type { ConnectSocket } from './gateway-client/web-socket.ts'
import type { Machine } from './machine/machine.ts'
import type { SecretService } from './machine/secret-service.ts'
import type { Watch } from './machine/watch.ts'
import type { ManagedSettings } from './managed-settings/resolve-settings.ts'
import type { ProbeCatalogue } from './probes/probe-catalogue.ts'
import type { NotificationDaemon } from './system/notification-daemon.linux.ts'
import type { AgentPaths } from './system/paths.ts'
import type { TrayHost } from './system/tray-host.linux.ts'

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
  /** What the system says of proxies; without it the environment does. */
  readonly network?: NetworkPort

  /** Follows whether a tray icon would be seen; undefined where there always is a tray. */
  readonly trayHost?: () => TrayHost
  /** Whether somebody shows notifications; undefined where the system itself does. */
  readonly notificationDaemon?: () => Promise<NotificationDaemon>

  // What only a program with windows can do; without it the request answers `not_here`.
  readonly open?: OpenPort
  readonly clipboard?: ClipboardPort
  readonly save?: SavePort
  readonly autostart?: AutostartPort
  /** Ends the program in order, after the request was answered. */
  readonly quit?: () => void
  /** How Postern came here; without it nobody brings a newer one but whoever installed it. */
  readonly installKind?: InstallKind
  readonly trayState?: () => TrayState
  /** Whether somebody may be looking: then waking brings a report at once. */
  readonly isWindowOpen?: () => boolean
  /** For diagnostics: what this shell is made of and runs on. */
  readonly shellFacts?: () => Promise<readonly ShellFact[]>
}

export type InstallKind = (typeof installKinds)[number]
export type TrayState = (typeof trayStates)[number]
export type ShellFact = { readonly name: DiagnosticFact; readonly value: string }

/** Opens something outside the windows, each by an id from a closed list. Failure: `cannot_open`. */
export type OpenPort = {
  settingsPane(id: RemedyId): Promise<void>
  /** A page of the gateway itself, built from its issuer; `id` (43 base64url) belongs to `step-up` alone. */
  gatewayPage(
    page: 'console' | 'step-up' | 'enroll',
    of: { readonly issuer: string; readonly id?: string },
  ): Promise<void>
  /** The help that managed settings name. */
  support(url: string): Promise<void>
}

export type ClipboardPort = { copy(text: string): void }

/** Puts bytes into a file of the person's choice; resolves with where, or with null when they thought better of it. Failure: `state_unwritable`. */
export type SavePort = { save(name: string, content: string): Promise<string | null> }

/** Whether Postern starts with the session: the real state, never the wish. */
export type AutostartPort = {
  state(): Promise<{ readonly state: (typeof autostartStates)[number]; readonly changeable: boolean }>
  /** Failure: `state_unwritable`. */
  change(on: boolean): Promise<void>
}

export type KeyStorePorts = RecordedBy & {
  readonly isFileAllowed: () => boolean
}

/** Tells of mains and battery, sleep and waking. Where nobody tells, an agent counts as on mains and awake. */
export type PowerPort = {
  /** 0 to 100; undefined: there is no battery, or nobody tells. */
  batteryPercent?(): number | undefined
  onPower(listener: (power: 'mains' | 'battery') => void): () => void
  onSleep(listener: (change: 'asleep' | 'woken') => void): () => void
}

/** The way to a URL as the system has it; managed settings go before (`ProxyMode`). */
export type NetworkPort = { proxyFor(url: string): Promise<ProxyChoice> }

/** Tells whether somebody is at the machine. Without it somebody counts as there. */
export type PresencePort = {
  onPresence(listener: (presence: 'present' | 'away') => void): () => void
  /** The lock was opened. */
  onUnlock?(listener: () => void): () => void
}
