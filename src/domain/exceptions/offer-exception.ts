import type { Device } from '../access/device.ts'
import type { Person } from '../access/person.ts'
import type { Resource } from '../access/resource.ts'
import type { Book } from '../policy/book.ts'
import { remember } from '../policy/policy-scope.ts'
import type { FailingFinding } from '../policy/verdict.ts'
import type { ExceptionOffer } from './exception-offer.ts'
import { exceptionRulesFor } from './exception-rules.ts'
import { timeOfWeek } from './risk-tier.ts'

export type OfferContext = {
  readonly book: Book
  readonly person: Person
  readonly device: Device
  readonly resource: Resource
  /** How many other checks fail for this resource. */
  readonly otherFailing: number
  readonly now: number
}

const notOffered: ExceptionOffer = { offered: false }

/**
 * The offer for one finding: null where the finding refuses nobody (only `approval` and `block` do), else whether check,
 * requirement and documents allow to ask. It says what is known before asking; the preview of a request has the rest.
 */
export function offerException(finding: FailingFinding, context: OfferContext): ExceptionOffer | null {
  const { enforce, check, exemptable } = finding.requirement
  if (enforce !== 'approval' && enforce !== 'block') return null
  const { allowed, covers } = check.document.exemptable
  if (!finding.excusable || !exemptable || !allowed || !covers.includes(finding.kind)) return notOffered
  const key = offerKey(finding, context)
  const known = context.book.memo.offers.get(key)
  if (known !== undefined) return known
  const offer = makeOffer(finding, context)
  remember(context.book.memo.offers, key, offer)
  return offer
}

function makeOffer(finding: FailingFinding, context: OfferContext): ExceptionOffer {
  const { id, severity } = finding.requirement.check.document
  const rules = exceptionRulesFor(
    context.book,
    { checks: [{ id, severity, covers: [finding.kind] }], resources: [context.resource] },
    {
      person: context.person,
      device: context.device,
      now: context.now,
      times: { 'other-failing': context.otherFailing },
    },
  )
  if (rules === undefined || !rules.enough) return notOffered
  return {
    offered: true,
    max_duration_s: rules.limits.maxDurationSeconds,
    stages: rules.stages.map((stage) => stage.id),
  }
}

/** Everything that the offer depends on besides the book; what no condition reads is left out. */
function offerKey(finding: FailingFinding, context: OfferContext): string {
  const { person, device, resource, now, book } = context
  const { offHours, weekday, hour } = timeOfWeek(now)
  const ageDays = Math.floor((now - device.enrolledAt) / 86_400)
  const { uses, ruleEnds } = book.offerInputs
  return [
    finding.requirement.check.document.id,
    finding.kind,
    Math.min(3, context.otherFailing),
    device.platform,
    offHours,
    ageDays < 7,
    ruleEnds.filter((end) => end <= now).length,
    uses.has('device') ? `${device.tier} ${ageDays}` : '',
    uses.has('time') ? `${weekday} ${hour}` : '',
    uses.has('subject') ? `${person.status}\n${person.team ?? ''}\n${person.groups.join('\n')}` : '',
    resource.id,
    resource.tier,
    resource.tags.join('\n'),
  ].join('\n\n')
}
