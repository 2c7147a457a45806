/** What a rule does to a packet that it matches. `opaque`: it does something that the listing does not tell. */
export type Verdict =
  | { readonly kind: 'accept' | 'drop' | 'return' | 'opaque' | 'none' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }

/**
 * One rule. `applies`: to everything (`always`), to everything that comes from outside (`outside`: not on loopback),
 * to all packets of one interface, or to some packets only.
 */
export type Rule = { readonly applies: 'always' | 'outside' | 'one-interface' | 'sometimes'; readonly verdict: Verdict }

/** The rules of one table, by chain. */
export type Chains = ReadonlyMap<string, readonly Rule[]>

/** Where packets to this machine enter: a chain, and what becomes of those that no rule decides on. */
export type Entry = { readonly chain: string; readonly policy: 'accept' | 'drop'; readonly chains: Chains }

/** What becomes of a packet that no rule names. `some`: dropped on an interface or two. */
export type DefaultVerdict = 'drop' | 'accept' | 'some' | 'unclear'

const deepestJump = 16

/** The default of one entry: its rules in order, as far as they concern every packet, then its policy. */
export function defaultOf({ chain, policy, chains }: Entry): DefaultVerdict {
  const seen = { opaque: false }
  const end = walk(chains, chain, seen, 0)
  const verdict = end === 'through' ? policy : end
  // What a rule with unknown effect let pass may have been dropped by it; what is dropped in the end is dropped.
  return verdict !== 'drop' && seen.opaque ? 'unclear' : verdict
}

/** Every entry sees every packet: one that drops is enough. Without any entry everything is let in. */
export function defaultOfAll(entries: readonly Entry[]): DefaultVerdict {
  const defaults = entries.map(defaultOf)
  return (['drop', 'unclear', 'some'] as const).find((verdict) => defaults.includes(verdict)) ?? 'accept'
}

function walk(chains: Chains, name: string, seen: { opaque: boolean }, depth: number): DefaultVerdict | 'through' {
  const rules = chains.get(name)
  if (rules === undefined || depth > deepestJump) return 'unclear'
  for (const [index, { applies, verdict }] of rules.entries()) {
    const isLast = index === rules.length - 1
    // Only what ends the chain is a default; before the end such a rule is one among others.
    if (applies === 'one-interface' && isLast && verdict.kind === 'drop') return 'some'
    if (applies === 'sometimes' || applies === 'one-interface' || verdict.kind === 'none') continue
    if (verdict.kind === 'return') return 'through'
    if (verdict.kind === 'accept' || verdict.kind === 'drop') return verdict.kind
    if (!('chain' in verdict)) {
      seen.opaque = true
      continue
    }
    const end = walk(chains, verdict.chain, seen, depth + 1)
    if (end !== 'through' || verdict.kind === 'goto') return end
  }
  return 'through'
}
