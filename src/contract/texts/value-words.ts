import type { DiskPart, IntegrityPart } from '../../domain/signals.ts'

/** Words for observed values, in one language: what `valueText` is made of. */
export type ValueWords = {
  readonly on: string
  readonly off: string
  readonly partial: string
  readonly suspended: string
  readonly inProgress: string
  readonly none: string
  readonly byUser: string
  readonly byPolicy: string
  readonly byDefault: string
  readonly upToDate: string
  readonly updatesWaiting: string
  readonly oneUpdateWaiting: string
  readonly restartNeeded: string
  readonly inboundBlocked: string
  readonly inboundAllowed: string
  readonly managed: string
  readonly managedBy: string
  readonly notManaged: string
  readonly locks: string
  readonly locksAtOnce: string
  readonly locksAfter: string
  readonly doesNotLock: string
  readonly outdated: string
  readonly running: string
  readonly notRunning: string
  readonly notKnown: string
  readonly guest: string
  readonly keysWithout: string
  readonly keysNone: string
  readonly tpm2: string
  readonly tpm1: string
  readonly secureEnclave: string
  readonly noChip: string
  readonly seconds: string
  readonly minutes: string
  /** Parts of a disk's encryption and of a system's own protections. */
  readonly parts: { readonly [Part in DiskPart | IntegrityPart]: string }
}

export const valueWordsEn: ValueWords = {
  on: 'on',
  off: 'off',
  partial: 'in part',
  suspended: 'suspended',
  inProgress: 'in progress',
  none: 'none found',
  byUser: 'set by the user',
  byPolicy: 'set by policy',
  byDefault: 'as the system came',
  upToDate: 'no security update waits',
  updatesWaiting: '{n} security updates wait',
  oneUpdateWaiting: '1 security update waits',
  restartNeeded: 'restart needed',
  inboundBlocked: 'incoming blocked',
  inboundAllowed: 'incoming allowed',
  managed: 'managed',
  managedBy: 'managed by {by}',
  notManaged: 'not managed',
  locks: 'locks',
  locksAtOnce: 'locks after {idle}',
  locksAfter: 'locks {delay} after {idle}',
  doesNotLock: 'does not lock',
  outdated: 'definitions outdated',
  running: 'running',
  notRunning: 'installed, not running',
  notKnown: 'unknown',
  guest: 'guest account on',
  keysWithout: '{unprotected} of {n} without passphrase',
  keysNone: 'no keys',
  tpm2: 'TPM 2.0',
  tpm1: 'TPM 1.2',
  secureEnclave: 'Secure Enclave',
  noChip: 'none',
  seconds: '{n} s',
  minutes: '{n} min',
  parts: {
    root: 'root',
    home: 'home',
    var: '/var',
    swap: 'swap',
    sip: 'System Integrity Protection',
    sealedVolume: 'sealed system volume',
    gatekeeper: 'Gatekeeper',
    driverSigning: 'driver signing',
    accountControl: 'account control',
    memoryIntegrity: 'memory integrity',
    credentialGuard: 'Credential Guard',
    accessControl: 'access control',
    lockdown: 'kernel lockdown',
  },
}

export const valueWordsDe: ValueWords = {
  on: 'an',
  off: 'aus',
  partial: 'zum Teil',
  suspended: 'ausgesetzt',
  inProgress: 'läuft noch',
  none: 'nichts gefunden',
  byUser: 'vom Benutzer gesetzt',
  byPolicy: 'per Richtlinie gesetzt',
  byDefault: 'wie vom System geliefert',
  upToDate: 'kein Sicherheitsupdate ausstehend',
  updatesWaiting: '{n} Sicherheitsupdates ausstehend',
  oneUpdateWaiting: '1 Sicherheitsupdate ausstehend',
  restartNeeded: 'Neustart nötig',
  inboundBlocked: 'eingehend gesperrt',
  inboundAllowed: 'eingehend erlaubt',
  managed: 'verwaltet',
  managedBy: 'verwaltet von {by}',
  notManaged: 'nicht verwaltet',
  locks: 'sperrt',
  locksAtOnce: 'sperrt nach {idle}',
  locksAfter: 'sperrt {delay} nach {idle}',
  doesNotLock: 'sperrt nicht',
  outdated: 'Definitionen veraltet',
  running: 'läuft',
  notRunning: 'installiert, läuft nicht',
  notKnown: 'unbekannt',
  guest: 'Gastkonto an',
  keysWithout: '{unprotected} von {n} ohne Passphrase',
  keysNone: 'keine Schlüssel',
  tpm2: 'TPM 2.0',
  tpm1: 'TPM 1.2',
  secureEnclave: 'Secure Enclave',
  noChip: 'keiner',
  seconds: '{n} s',
  minutes: '{n} min',
  parts: {
    root: 'Systemlaufwerk',
    home: 'Benutzerordner',
    var: '/var',
    swap: 'Auslagerung',
    sip: 'Systemintegritätsschutz',
    sealedVolume: 'versiegeltes Systemvolume',
    gatekeeper: 'Gatekeeper',
    driverSigning: 'Treibersignatur',
    accountControl: 'Benutzerkontensteuerung',
    memoryIntegrity: 'Speicherintegrität',
    credentialGuard: 'Credential Guard',
    accessControl: 'Zugriffskontrolle',
    lockdown: 'Kernelsperre',
  },
}
