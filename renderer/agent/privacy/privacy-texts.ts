import { privacyDe } from '#contract/texts/windows/privacy-de.ts'
import { privacyEn } from '#contract/texts/windows/privacy-en.ts'
import type { PrivacyTexts } from '#contract/texts/windows/privacy-texts.ts'
import { isSignalId } from '#domain/signals.ts'
import { type Pair, type Speech, useScreenTexts } from '../texts.tsx'

export type ExtraField = keyof PrivacyTexts['extras']

const pair: Pair<PrivacyTexts> = { en: privacyEn, de: privacyDe }

export function usePrivacyTexts(): PrivacyTexts {
  return useScreenTexts(pair)
}

/** A field as this screen tells it. `once`: sent at enrolment alone. One that this version does not know has its id. */
export type ToldField = {
  readonly id: string
  readonly name: string
  readonly means: string | undefined
  readonly why: string | undefined
  readonly isSignal: boolean
  readonly once: boolean
}

const sentOnce: readonly string[] = ['device-name', 'machine-hash', 'serial-hash'] satisfies readonly ExtraField[]

export function toldField(id: string, texts: PrivacyTexts, speech: Pick<Speech, 'texts' | 'plain'>): ToldField {
  if (isSignalId(id)) return { id, name: speech.texts.signals[id], ...texts.signals[id], isSignal: true, once: false }
  if (isExtra(id, texts.extras)) return { id, ...texts.extras[id], isSignal: false, once: sentOnce.includes(id) }
  return { id, name: speech.plain(id, 64), means: undefined, why: undefined, isSignal: false, once: false }
}

/** What kind of message it is, in plain words. */
export function messageWords(typ: string, texts: PrivacyTexts, { say }: Pick<Speech, 'say'>): string {
  const { types, unknownType } = texts.message
  return isTyp(typ, types) ? types[typ] : say(unknownType, { typ })
}

function isExtra(id: string, extras: PrivacyTexts['extras']): id is ExtraField {
  return Object.hasOwn(extras, id)
}

function isTyp(typ: string, types: PrivacyTexts['message']['types']): typ is keyof PrivacyTexts['message']['types'] {
  return Object.hasOwn(types, typ)
}
