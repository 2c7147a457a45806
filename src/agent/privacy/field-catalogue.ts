import { extraFields, fieldIds } from '#contract/consent-fields.ts'
import type { Texts } from '#contract/texts/en.ts'
import { isSignalId } from '#domain/signals.ts'

export type ExtraField = (typeof extraFields)[number]

/** The claims that each field beside the signals covers, as JSON pointers into `eat+jwt` or `enroll+jwt`. */
export const claimsOfField: { readonly [Field in ExtraField]: readonly string[] } = {
  'agent-version': ['/swname', '/swversion', '/submods/agent/integrity', '/submods/agent/channel'],
  'boot-state': ['/oemboot', '/dbgstat'],
  'device-key': ['/iss', '/sueids', '/delegate'],
  'device-name': ['/hints/hostname'],
  'hardware-model': ['/hwmodel', '/hwversion'],
  'key-store': ['/key_store', '/submods/agent/key_store'],
  'machine-hash': ['/hints/machine_h'],
  platform: ['/submods/os', '/submods/agent/managed', '/submods/agent/tls_inspected', '/hints/platform', '/hints/arch'],
  'serial-hash': ['/hints/serial_h'],
  uptime: ['/uptime', '/bootcount'],
}

/** Claims that say nothing about the device: they address, order and date a message, or repeat what the gateway said. */
export const protocolClaims: readonly string[] = [
  '/eat_profile',
  '/aud',
  '/iat',
  '/exp',
  '/jti',
  '/eat_nonce',
  '/seq',
  '/prev',
  '/unknown_head',
  '/intuse',
  '/eth',
  '/consent',
  '/tpm',
  '/submods/posture/signals',
  '/submods/agent/config_seq',
  '/submods/agent/config_hash',
]

/** Without these fields no message can be made: a gateway whose description leaves one out cannot be agreed to. */
export const neededFields = [
  'agent-version',
  'device-key',
  'key-store',
  'platform',
  'uptime',
] as const satisfies readonly ExtraField[]

/** Every field that may ever leave this machine, sorted. */
export const catalogueFields: readonly string[] = fieldIds

/** What a field means, in the language of the texts; a field of a newer gateway is named by its id. */
export function meaningOfField(field: string, texts: Pick<Texts, 'signals' | 'fields'>): string {
  if (isSignalId(field)) return texts.signals[field]
  return isExtraField(field) ? texts.fields[field] : field
}

function isExtraField(field: string): field is ExtraField {
  return extraFields.some((known) => known === field)
}
