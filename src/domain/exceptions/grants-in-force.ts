import type { DecisionGrant } from '../access/grant.ts'
import { byCodeUnit } from '../policy/combine.ts'
import type { FailureKind } from '../policy/documents.ts'
import type { FoldedGrant } from './fold-moves.ts'

/** Half-open: from `notBefore` to the second before `notAfter`, while it is active. */
export function isInForce(grant: Pick<FoldedGrant, 'state' | 'notBefore' | 'notAfter'>, at: number): boolean {
  return grant.state === 'active' && grant.notBefore <= at && at < grant.notAfter
}

/** One thing that is excused, and the grants that each excuse it. */
export type Excused = {
  readonly check: string
  readonly covers: FailureKind
  readonly resource: string
  readonly grants: readonly string[]
}

/** What grants of one person and device excuse at an instant: their union, so ending one takes away only what it alone gave. */
export function unionInForce(
  grants: readonly Pick<FoldedGrant, 'id' | 'state' | 'checks' | 'resources' | 'notBefore' | 'notAfter'>[],
  at: number,
): readonly Excused[] {
  const union = new Map<string, Excused>()
  for (const grant of grants.filter((each) => isInForce(each, at))) {
    for (const { id: check, covers: kinds } of grant.checks) {
      for (const covers of kinds) {
        for (const resource of grant.resources) {
          const key = `${check} ${covers} ${resource}`
          const ids = new Set([...(union.get(key)?.grants ?? []), grant.id])
          union.set(key, { check, covers, resource, grants: [...ids].sort(byCodeUnit) })
        }
      }
    }
  }
  return [...union].sort(([left], [right]) => byCodeUnit(left, right)).map(([, excused]) => excused)
}

/**
 * A folded grant as decisions see it. `proven`: its leaf is under a signed checkpoint; `keyReached`: the device's key is
 * the one of the terms, or was reached from it by signed rotations.
 */
export function asDecisionGrant(
  grant: FoldedGrant,
  bound: { readonly subject: string; readonly device: string },
  facts: { readonly proven: boolean; readonly keyReached: boolean },
): DecisionGrant {
  const { id, state, checks, resources, controls, notBefore, notAfter } = grant
  return {
    id,
    state,
    proven: facts.proven,
    person: bound.subject,
    device: bound.device,
    keyReached: facts.keyReached,
    checks,
    resources,
    controls,
    notBefore,
    notAfter,
  }
}

/** Whether a key is the one of the terms, or reached from it by signed rotations, each from one key to the next. */
export function isKeyReached(
  termsKid: string,
  currentKid: string,
  rotations: readonly { readonly from: string; readonly to: string }[],
): boolean {
  const reached = new Set([termsKid])
  for (let grew = true; grew && !reached.has(currentKid); ) {
    grew = false
    for (const { from, to } of rotations) {
      if (!reached.has(from) || reached.has(to)) continue
      reached.add(to)
      grew = true
    }
  }
  return reached.has(currentKid)
}
