/** The catalogue: every signal Postern asks about, and the value an observation yields. Times are Unix seconds. */

export const onOff = ['on', 'off'] as const
export type OnOff = (typeof onOff)[number]
export const onOffPartial = ['on', 'off', 'partial'] as const
export type OnOffPartial = (typeof onOffPartial)[number]

export const automaticUpdateStates = ['on', 'off', 'partial', 'suspended'] as const
export const diskEncryptionStates = ['on', 'off', 'partial', 'in-progress', 'suspended'] as const
export const diskParts = ['root', 'home', 'var', 'swap'] as const
export const protectionStates = ['on', 'off', 'suspended'] as const
export const deciders = ['user', 'policy', 'default'] as const
export const managers = [
  'intune',
  'jamf',
  'kandji',
  'workspace-one',
  'fleet',
  'jumpcloud',
  'mosyle',
  'addigy',
  'simplemdm',
  'meraki',
  'landscape',
  'puppet',
  'chef',
  'salt',
  'other',
] as const
export const directories = ['entra', 'hybrid', 'domain', 'registered', 'none'] as const
export const agentIds = [
  'crowdstrike',
  'sentinelone',
  'defender',
  'jamf',
  'kandji',
  'intune',
  'fleet',
  'osquery',
  'kolide',
  'jumpcloud',
  'eset',
  'carbon-black',
  'symantec',
  'sophos',
  'cortex',
  'bitdefender',
  'trend-micro',
  'huntress',
  'wazuh',
] as const
export const agentStates = ['running', 'installed-not-running', 'unknown'] as const
export const integrityParts = [
  'sip',
  'sealedVolume',
  'gatekeeper',
  'driverSigning',
  'accountControl',
  'memoryIntegrity',
  'credentialGuard',
  'accessControl',
  'lockdown',
] as const
export const chips = ['tpm2', 'tpm1', 'secure-enclave', 'none'] as const
export const remoteServices = ['ssh', 'remote-desktop', 'screen-sharing', 'remote-management', 'file-sharing'] as const

type Of<List extends readonly string[]> = List[number]

export type Manager = Of<typeof managers>
export type AgentId = Of<typeof agentIds>
export type DiskPart = Of<typeof diskParts>
export type IntegrityPart = Of<typeof integrityParts>
export type RemoteService = Of<typeof remoteServices>
export type Decider = Of<typeof deciders>

/** What each signal's observed value looks like on the wire, in policies and on every page. */
export type SignalValues = {
  readonly 'os-version': {
    readonly name: string
    readonly version: string
    readonly build?: string
    readonly extra?: string
  }
  readonly 'os-updates': {
    readonly pendingSecurity: number
    readonly waitingSince?: number
    readonly pending?: number
    readonly restartNeeded?: boolean
    readonly scannedAt?: number
  }
  readonly 'automatic-updates': {
    readonly state: Of<typeof automaticUpdateStates>
    readonly by: Decider
    readonly pausedUntil?: number
  }
  readonly 'disk-encryption': {
    readonly state: Of<typeof diskEncryptionStates>
    readonly parts?: { readonly [Part in DiskPart]?: OnOff }
  }
  readonly firewall: {
    readonly state: OnOffPartial
    readonly inbound?: 'block' | 'allow'
    readonly blockAll?: boolean
    readonly stealth?: boolean
    readonly product?: string
  }
  readonly enrollment: {
    readonly managed: 'yes' | 'no'
    readonly by?: Manager
    readonly approved?: boolean
    readonly automated?: boolean
    readonly directory?: Of<typeof directories>
    readonly tenant?: string
    readonly domain?: string
  }
  readonly 'screen-lock': {
    readonly locks: boolean
    readonly delaySeconds?: number
    readonly idleSeconds?: number
    readonly by?: Decider
  }
  readonly 'malware-protection': {
    readonly state: Of<typeof protectionStates>
    readonly products: readonly {
      readonly name: string
      readonly state: Of<typeof protectionStates>
      readonly definitions?: 'current' | 'outdated'
      readonly version?: string
      readonly updatedAt?: number
    }[]
  }
  readonly 'security-agents': {
    readonly agents: readonly {
      readonly id: AgentId
      readonly state: Of<typeof agentStates>
      readonly version?: string
    }[]
  }
  readonly 'secure-boot': { readonly state: OnOffPartial }
  readonly 'system-integrity': {
    readonly state: OnOffPartial
    readonly parts: { readonly [Part in IntegrityPart]?: OnOffPartial }
  }
  readonly 'hardware-security': { readonly chip: Of<typeof chips> }
  readonly 'remote-access': { readonly state: OnOff; readonly services: readonly RemoteService[] }
  readonly 'automatic-login': { readonly state: OnOff; readonly guest?: boolean }
  readonly 'ssh-keys': { readonly unprotected: number; readonly protected: number }
  readonly hardware: { readonly vendor: string; readonly model: string }
}

export type SignalId = keyof SignalValues
export type SignalValue = SignalValues[SignalId]

/** How often a signal may be read at most: its two timer paces, and what it costs (signals.md section 0). */
export type Cost = 'light' | 'medium' | 'heavy' | 'once'

/** Every signal, in the order people read them. A signal missing here does not compile. */
const catalogue: { readonly [Id in SignalId]: { readonly timerSeconds: number } } = {
  'os-version': { timerSeconds: 21_600 },
  'os-updates': { timerSeconds: 21_600 },
  'automatic-updates': { timerSeconds: 900 },
  'disk-encryption': { timerSeconds: 900 },
  firewall: { timerSeconds: 900 },
  enrollment: { timerSeconds: 900 },
  'screen-lock': { timerSeconds: 900 },
  'malware-protection': { timerSeconds: 900 },
  'security-agents': { timerSeconds: 900 },
  'secure-boot': { timerSeconds: 21_600 },
  'system-integrity': { timerSeconds: 900 },
  'hardware-security': { timerSeconds: 21_600 },
  'remote-access': { timerSeconds: 900 },
  'automatic-login': { timerSeconds: 900 },
  'ssh-keys': { timerSeconds: 900 },
  hardware: { timerSeconds: 21_600 },
}

export const signalIds: readonly SignalId[] = Object.keys(catalogue).filter(isSignalId)

export function isSignalId(id: string): id is SignalId {
  return Object.hasOwn(catalogue, id)
}

/** The longest calm pace of a signal on any system: a check's `maxAge` is at least two of these (policy.md section 7). */
export function timerSeconds(signal: SignalId): number {
  return catalogue[signal].timerSeconds
}
