import type { AttachmentName } from '#contract/audit-attachments.ts'
import { isAttachmentName } from '#contract/audit-attachments.ts'

/** Who reads the log, as far as it decides what they see. A service token of scope `audit` reads as an auditor does. */
export type LogReader = 'auditor' | 'security' | 'admin'

/** `open`: every reader; `text`: what people wrote; `place`: addresses and browsers; `proof`: WebAuthn evidence, device JWS. */
type Kind = 'open' | 'text' | 'place' | 'proof'

const kinds: { readonly [Name in AttachmentName]: Kind } = {
  ask: 'proof',
  action: 'proof',
  enrollment: 'proof',
  rotation: 'proof',
  justification: 'text',
  message: 'text',
  reason: 'text',
  name: 'open',
  evidence: 'proof',
  evidence_second: 'proof',
  person: 'open',
  place: 'place',
}
const readers: { readonly [Which in Kind]: readonly LogReader[] } = {
  open: ['auditor', 'security', 'admin'],
  text: ['auditor', 'security'],
  place: ['auditor', 'security'],
  proof: ['auditor'],
}
const placeSeconds = 90 * 86_400

/**
 * What is withheld from a reader of the log (console-api.md section 1, personal data by reader): answers for an attachment's
 * name and the time of its event, Unix seconds. A name that nobody knows is withheld from everybody.
 */
export function withheldFrom(who: readonly LogReader[], now: number): (name: string, at: number) => boolean {
  const sees = (kind: Kind) => readers[kind].some((reader) => who.includes(reader))
  return (name, at) => {
    if (!isAttachmentName(name)) return true
    const kind = kinds[name]
    if (!sees(kind)) return true
    return kind === 'place' && !who.includes('security') && at <= now - placeSeconds
  }
}
