import type { OperatingSystem } from '#domain/operating-system.ts'
import type { ReportedSignal } from '#domain/posture-report.ts'
import { type SignalId, type SignalValues, signalIds } from '#domain/signals.ts'
import type { Seeded } from './seeded.ts'

type ValueMaker<Id extends SignalId> = (os: OperatingSystem, random: Seeded, now: number) => SignalValues[Id]
type Makers = { readonly [Id in SignalId]: { readonly healthy: ValueMaker<Id>; readonly failing: ValueMaker<Id> } }

const day = 86_400
const versions = {
  macos: { name: 'macOS', current: '26.1', old: '14.7' },
  windows: { name: 'Windows', current: '10.0.26200', old: '10.0.19045' },
  linux: { name: 'Ubuntu', current: '24.04', old: '20.04' },
} as const satisfies { readonly [System in OperatingSystem]: object }

/** What a healthy machine says, and one that fails a usual check on that signal. */
const makers: Makers = {
  'os-version': {
    healthy: (os) => ({ name: versions[os].name, version: versions[os].current }),
    failing: (os) => ({ name: versions[os].name, version: versions[os].old }),
  },
  'os-updates': {
    healthy: (_, random, now) => ({ pendingSecurity: 0, pending: random.between(0, 9), scannedAt: now - 3600 }),
    failing: (_, random, now) => ({
      pendingSecurity: random.between(1, 40),
      waitingSince: now - random.between(15, 90) * day,
      restartNeeded: random.chance(0.3),
      scannedAt: now - 3600,
    }),
  },
  'automatic-updates': {
    healthy: () => ({ state: 'on', by: 'policy' }),
    failing: () => ({ state: 'off', by: 'user' }),
  },
  'disk-encryption': {
    healthy: () => ({ state: 'on' }),
    failing: (_, random) => ({ state: random.oneOf(['off', 'partial', 'suspended']) }),
  },
  firewall: {
    healthy: () => ({ state: 'on', inbound: 'block' }),
    failing: (_, random) => (random.chance(0.5) ? { state: 'off' } : { state: 'on', inbound: 'allow' }),
  },
  enrollment: {
    healthy: (os) => ({ managed: 'yes', by: os === 'macos' ? 'jamf' : os === 'windows' ? 'intune' : 'landscape' }),
    failing: () => ({ managed: 'no', directory: 'none' }),
  },
  'screen-lock': {
    healthy: () => ({ locks: true, delaySeconds: 0, idleSeconds: 600, by: 'policy' }),
    failing: () => ({ locks: true, delaySeconds: 28_800, idleSeconds: 3600, by: 'user' }),
  },
  'malware-protection': {
    healthy: (os) => ({
      state: 'on',
      products: [{ name: os === 'macos' ? 'XProtect' : 'Microsoft Defender', state: 'on', definitions: 'current' }],
    }),
    failing: () => ({ state: 'off', products: [] }),
  },
  'security-agents': {
    healthy: (_, random) => ({ agents: [{ id: random.oneOf(['defender', 'crowdstrike']), state: 'running' }] }),
    failing: () => ({ agents: [{ id: 'crowdstrike', state: 'installed-not-running' }] }),
  },
  'secure-boot': { healthy: () => ({ state: 'on' }), failing: () => ({ state: 'off' }) },
  'system-integrity': {
    healthy: (os) => ({ state: 'on', parts: os === 'linux' ? { accessControl: 'on' } : {} }),
    failing: () => ({ state: 'off', parts: {} }),
  },
  'hardware-security': {
    healthy: (os) => ({ chip: os === 'macos' ? 'secure-enclave' : 'tpm2' }),
    failing: () => ({ chip: 'none' }),
  },
  'remote-access': {
    healthy: () => ({ state: 'off', services: [] }),
    failing: () => ({ state: 'on', services: ['ssh'] }),
  },
  'automatic-login': { healthy: () => ({ state: 'off' }), failing: () => ({ state: 'on' }) },
  'ssh-keys': {
    healthy: (_, random) => ({ unprotected: 0, protected: random.between(0, 3) }),
    failing: (_, random) => ({ unprotected: random.between(1, 3), protected: 1 }),
  },
  hardware: {
    healthy: (os, random) => machineOf(os, random),
    failing: (os, random) => machineOf(os, random),
  },
}

/**
 * The sixteen readings of a made-up device: seven of ten fail nothing, two fail one signal, one fails several, and now and
 * then a signal could not be read.
 */
export function madeUpReadings(os: OperatingSystem, random: Seeded, now: number): readonly ReportedSignal[] {
  const lot = random.next()
  const failures = lot < 0.7 ? 0 : lot < 0.9 ? 1 : random.between(2, 5)
  const failing = new Set(Array.from({ length: failures }, () => pickSignal(random)))
  const unread = random.chance(0.1) ? pickSignal(random) : undefined
  return signalIds.map((id) => {
    const about = { id, at: now - 2, ms: random.between(0, 60), src: 'fill' }
    if (id === unread) return { ...about, st: 'unknown', why: 'timed-out' }
    return { ...about, st: 'observed', v: makers[id][failing.has(id) ? 'failing' : 'healthy'](os, random, now) }
  })
}

function pickSignal(random: Seeded): SignalId {
  return signalIds[random.between(0, signalIds.length - 1)] ?? 'firewall'
}

function machineOf(os: OperatingSystem, random: Seeded): SignalValues['hardware'] {
  if (os === 'macos') return { vendor: 'Apple', model: random.oneOf(['MacBookPro18,3', 'Mac15,12', 'Mac16,5']) }
  return {
    vendor: random.oneOf(['Lenovo', 'Dell Inc.', 'HP']),
    model: random.oneOf(['ThinkPad X1 Carbon', 'Latitude 7450', 'EliteBook 840']),
  }
}
