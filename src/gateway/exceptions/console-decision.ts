import { decideAccess } from '#domain/access/decide-access.ts'
import { type Access, accessWords, type Decision } from '#domain/access/decision.ts'
import { consoleResource } from '#domain/access/resource.ts'
import { evaluatePolicy } from '#domain/policy/evaluate-policy.ts'
import { readDeviceFacts } from '#gateway/policy/device-facts.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { type DecisionView, decisionView } from './decision-view.ts'
import { type ExceptionPorts, requireBook } from './ports.ts'

type Ports = Pick<ExceptionPorts, 'book' | 'grants'>
type Decided = { readonly decision: Decision; readonly view: () => DecisionView }

/** Rule 6.4: what each active device of a person may do with the console now. Throws `unavailable` without a book. */
export async function consoleDecisions(
  ports: Ports,
  rows: Rows,
  person: string,
  now: number,
): Promise<readonly Decided[]> {
  const decided: Decided[] = []
  for (const { id } of await rows.devices.ofOwner(person, 'active')) {
    const facts = await readDeviceFacts(rows, id)
    if (facts === undefined) continue
    const book = requireBook(ports)
    const { device, report, episodes } = facts
    const resource = consoleResource
    const verdict = evaluatePolicy({ book, person: facts.person, device, resource, report, episodes, now })
    const decision = decideAccess({ verdict, grants: await ports.grants.of(rows, id, now), now })
    const view = () => decisionView(decision, { book, person: facts.person, device, resource, now })
    decided.push({ decision, view })
  }
  return decided
}

/** The most favourable of them, so that a page can warn before somebody votes; `null` where there is none, or no book. */
export async function bestConsoleDecision(
  ports: Ports,
  rows: Rows,
  person: string,
  now: number,
): Promise<DecisionView | null> {
  if (ports.book() === undefined) return null
  const decided = await consoleDecisions(ports, rows, person, now)
  const [best] = [...decided].sort((one, other) => rank(one.decision.access) - rank(other.decision.access))
  return best?.view() ?? null
}

function rank(access: Access): number {
  return accessWords.indexOf(access)
}
