import type { AgentState } from '../../domain/agent-state.ts'
import type { UnknownReason } from '../../domain/reading.ts'
import type { SignalId } from '../../domain/signals.ts'
import type { extraFields } from '../consent-fields.ts'

/** The words for what there is, without the sentences for what went wrong: the tray, always loaded, needs these alone. */
export type Words = {
  readonly signals: { readonly [Id in SignalId]: string }
  readonly fields: { readonly [Id in (typeof extraFields)[number]]: string }
  readonly states: { readonly [State in AgentState]: string }
  readonly reasons: { readonly [Why in UnknownReason]: string }
}

export const wordsEn: Words = {
  signals: {
    'os-version': 'Operating system',
    'os-updates': 'Pending updates',
    'automatic-updates': 'Automatic updates',
    'disk-encryption': 'Disk encryption',
    firewall: 'Firewall',
    enrollment: 'Device management',
    'screen-lock': 'Screen lock',
    'malware-protection': 'Malware protection',
    'security-agents': 'Security agents',
    'secure-boot': 'Secure Boot',
    'system-integrity': 'System integrity',
    'hardware-security': 'Security chip',
    'remote-access': 'Remote access',
    'automatic-login': 'Automatic sign-in',
    'ssh-keys': 'SSH keys without passphrase',
    hardware: 'Hardware',
  },
  fields: {
    'agent-version': 'version of Postern',
    'boot-state': 'whether Secure Boot and kernel protections were on at start',
    'device-key': 'public key of this device',
    'device-name': 'name of this device',
    'hardware-model': 'maker and model',
    'key-store': 'where the device key is kept',
    'machine-hash': 'keyed hash of the machine id, not the id',
    platform: 'system, processor kind, virtual machine or not',
    'serial-hash': 'keyed hash of the serial number, not the number',
    uptime: 'time since the last start',
  },
  states: {
    starting: 'Starting…',
    'update-required': 'Postern must be updated before it can report',
    'not-enrolled': 'Not enrolled. Nothing is sent',
    'waiting-approval': 'Waiting for {org} to approve this device',
    'key-locked': 'Keychain locked. Unlock it to go on reporting',
    'key-unavailable': 'No system keychain found',
    'key-missing': 'The device key is gone. Enrol again',
    quarantined: 'This device is on hold. Ask {contact} to release it',
    offline: 'Gateway not reachable. Last verdict: {verdict}',
    'verdict-old': 'Last verdict is from {time} and no longer counts',
    refused: 'Access refused: {n} checks need attention',
    restricted: 'No access to {name}, {n} more. The rest is open',
    grace: '{n} checks need attention. Access ends {time}',
    excepted: 'Access by exception until {time}',
    warning: '{n} checks need attention or could not be read. Access stays',
    'nothing-asked': 'Nothing is asked of this device yet',
    healthy: 'All {n} checks pass',
  },
  reasons: {
    'timed-out': 'took too long',
    denied: 'may not be read without more rights',
    'unrecognised-output': 'the answer was not understood',
    'not-supported-here': 'not supported on this system yet',
    incomplete: 'only half of it could be read',
    failed: 'the reading failed',
    'not-present': 'there is no such thing on this machine',
    'not-consented': 'not agreed to yet',
  },
}
