import type { Probe } from '#agent/probes/probe.ts'
import type { ProbeCatalogue } from '#agent/probes/probe-catalogue.ts'
import type { SignalId } from '#domain/signals.ts'

const nowhere = {
  macos: 'not-supported-here',
  windows: 'not-supported-here',
  linux: 'not-supported-here',
} as const

const empty: ProbeCatalogue = {
  'os-version': nowhere,
  'os-updates': nowhere,
  'automatic-updates': nowhere,
  'disk-encryption': nowhere,
  firewall: nowhere,
  enrollment: nowhere,
  'screen-lock': nowhere,
  'malware-protection': nowhere,
  'security-agents': nowhere,
  'secure-boot': nowhere,
  'system-integrity': nowhere,
  'hardware-security': nowhere,
  'remote-access': nowhere,
  'automatic-login': nowhere,
  'ssh-keys': nowhere,
  hardware: nowhere,
}

type SomeProbes = {
  readonly [Signal in SignalId]?: Omit<Probe<Signal>, 'signal' | 'os' | 'cost' | 'watches'> & Partial<Probe<Signal>>
}

/** A catalogue whose Linux probes are the given ones; what they leave out is: light, without watches. */
export function aCatalogue(probes: SomeProbes): ProbeCatalogue {
  const rows = Object.entries(probes).map(([signal, probe]) => [
    signal,
    { ...nowhere, linux: { signal, os: 'linux', cost: 'light', watches: [], ...probe } },
  ])
  return { ...empty, ...Object.fromEntries(rows) }
}
