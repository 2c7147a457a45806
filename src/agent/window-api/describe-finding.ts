import { fillText } from '#contract/fill-text.ts'
import { inMode } from '#contract/in-mode.ts'
import type { CliTexts } from '#contract/texts/cli-texts.ts'
import { type Finding, type Severity, severities } from './finding.ts'

/** A finding in words: what is so, why, what to do. Values of the machine and the gateway stand in it as they are. */
export type DescribedFinding = {
  readonly id: Finding['id']
  readonly state: Severity
  readonly says: string
  readonly why: string | null
  readonly todo: string | null
}

export function describeFinding(
  { id, values }: Finding,
  { texts, development }: { readonly texts: Pick<CliTexts, 'doctor'>; readonly development: boolean },
): DescribedFinding {
  const { says, why, todo } = texts.doctor.findings[id]
  const filled = (text: string | undefined) => (text === undefined ? null : fillText(text, values))
  return {
    id,
    state: severities[id],
    says: filled(says) ?? '',
    why: filled(why),
    todo: filled(todo === undefined ? undefined : inMode(todo, development)),
  }
}
