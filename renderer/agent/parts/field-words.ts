import type { Texts } from '#contract/texts/en.ts'
import { isSignalId } from '#domain/signals.ts'

type ExtraField = keyof Texts['fields']

/** Fields besides signals, by the table that names each of them. */
const extraFields: { readonly [Field in ExtraField]: true } = {
  'agent-version': true,
  'boot-state': true,
  'device-key': true,
  'device-name': true,
  'hardware-model': true,
  'key-store': true,
  'machine-hash': true,
  platform: true,
  'serial-hash': true,
  uptime: true,
}

/** The fields that go with every report, besides signals. */
export const extraFieldIds: readonly ExtraField[] = Object.keys(extraFields).filter(isExtraField)

/** Whether this version knows what the field is, and would send it. */
export function isKnownField(id: string): boolean {
  return isSignalId(id) || isExtraField(id)
}

function isExtraField(id: string): id is ExtraField {
  return Object.hasOwn(extraFields, id)
}

/** A field that may be sent, in words; one that this version does not know by its id. */
export function fieldWords(id: string, texts: Pick<Texts, 'signals' | 'fields'>): string {
  return isSignalId(id) ? texts.signals[id] : isExtraField(id) ? texts.fields[id] : id
}
