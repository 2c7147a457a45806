import * as z from 'zod'
import {
  agentIds,
  agentStates,
  automaticUpdateStates,
  chips,
  deciders,
  directories,
  diskEncryptionStates,
  integrityParts,
  managers,
  onOff,
  onOffPartial,
  protectionStates,
  remoteServices,
  type SignalId,
  type SignalValues,
} from '../domain/signals.ts'
import { count, time } from './wire-types.ts'

/** Strings of signal values: at most 64 characters; lists: at most 20 entries (signals.md section 0). */
const word = z.string().max(64)
const most = 20

/** Every observed value as it may cross the wire: unknown members and words are refused. */
export const signalValues = {
  'os-version': z.strictObject({
    name: word.min(1),
    version: word.min(1),
    build: word.exactOptional(),
    extra: word.exactOptional(),
  }),
  'os-updates': z
    .strictObject({
      pendingSecurity: count,
      waitingSince: time.exactOptional(),
      pending: count.exactOptional(),
      restartNeeded: z.boolean().exactOptional(),
      scannedAt: time.exactOptional(),
    })
    .refine((value) => value.pendingSecurity > 0 === (value.waitingSince !== undefined), {
      path: ['waitingSince'],
      error: 'there exactly when pendingSecurity is above 0',
    }),
  'automatic-updates': z.strictObject({
    state: z.enum(automaticUpdateStates),
    by: z.enum(deciders),
    pausedUntil: time.exactOptional(),
  }),
  'disk-encryption': z.strictObject({
    state: z.enum(diskEncryptionStates),
    parts: z
      .strictObject({
        root: z.enum(onOff).exactOptional(),
        home: z.enum(onOff).exactOptional(),
        var: z.enum(onOff).exactOptional(),
        swap: z.enum(onOff).exactOptional(),
      })
      .exactOptional(),
  }),
  firewall: z.strictObject({
    state: z.enum(onOffPartial),
    inbound: z.enum(['block', 'allow']).exactOptional(),
    blockAll: z.boolean().exactOptional(),
    stealth: z.boolean().exactOptional(),
    product: word.exactOptional(),
  }),
  enrollment: z.strictObject({
    managed: z.enum(['yes', 'no']),
    by: z.enum(managers).exactOptional(),
    approved: z.boolean().exactOptional(),
    automated: z.boolean().exactOptional(),
    directory: z.enum(directories).exactOptional(),
    tenant: word.exactOptional(),
    domain: word.exactOptional(),
  }),
  'screen-lock': z.strictObject({
    locks: z.boolean(),
    delaySeconds: count.exactOptional(),
    idleSeconds: count.exactOptional(),
    by: z.enum(deciders).exactOptional(),
  }),
  'malware-protection': z.strictObject({
    state: z.enum(protectionStates),
    products: z
      .array(
        z.strictObject({
          name: word,
          state: z.enum(protectionStates),
          definitions: z.enum(['current', 'outdated']).exactOptional(),
          version: word.exactOptional(),
          updatedAt: time.exactOptional(),
        }),
      )
      .max(most),
  }),
  'security-agents': z.strictObject({
    agents: z
      .array(z.strictObject({ id: z.enum(agentIds), state: z.enum(agentStates), version: word.exactOptional() }))
      .max(most),
  }),
  'secure-boot': z.strictObject({ state: z.enum(onOffPartial) }),
  'system-integrity': z.strictObject({
    state: z.enum(onOffPartial),
    parts: z.partialRecord(z.enum(integrityParts), z.enum(onOffPartial)),
  }),
  'hardware-security': z.strictObject({ chip: z.enum(chips) }),
  'remote-access': z.strictObject({ state: z.enum(onOff), services: z.array(z.enum(remoteServices)).max(most) }),
  'automatic-login': z.strictObject({ state: z.enum(onOff), guest: z.boolean().exactOptional() }),
  'ssh-keys': z.strictObject({ unprotected: count, protected: count }),
  hardware: z.strictObject({ vendor: word.min(1), model: word.min(1) }),
} as const satisfies { readonly [Id in SignalId]: z.ZodType<SignalValues[Id]> }

/** UTF-8 bytes of the value's compact JSON are at most 4 KiB; only values with lists can be longer. */
export function fitsValueLimit(value: unknown): boolean {
  const json = JSON.stringify(value) ?? ''
  if (json.length > 4096) return false
  if (json.length * 3 <= 4096) return true
  let bytes = 0
  for (const character of json) {
    const point = character.codePointAt(0) ?? 0
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return bytes <= 4096
}
