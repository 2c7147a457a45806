import type { DraftRefusal } from '#contract/agent-exceptions.ts'
import type { RequestTexts } from '#contract/texts/windows/request-texts.ts'
import type { Refusal } from '../ask.ts'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { useTexts } from '../texts.tsx'

/** Why a draft could not be sent as it stood, while nobody looked. */
export function PastRefusal({ past, texts }: { readonly past: DraftRefusal; readonly texts: RequestTexts }) {
  const { say, moment } = useTexts()
  return <FailureBanner refusal={refusalOf(past)} more={say(texts.waiting.judged, { time: moment(past.at) })} />
}

export function refusalOf({ code, details }: DraftRefusal): Refusal {
  return { ok: false, code, details }
}
