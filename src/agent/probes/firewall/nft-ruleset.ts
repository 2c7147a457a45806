import type { Entry, Rule, Verdict } from './packet-filter.ts'

/** Where packets enter, for IPv4 and for IPv6. A chain of family `inet` stands in both. */
export type Entries = { readonly ip4: readonly Entry[]; readonly ip6: readonly Entry[] }

type Json = { readonly [key: string]: unknown }
type NftChain = {
  readonly table: string
  readonly family: string
  readonly name: string
  readonly isEntry: boolean
  readonly policy: string
}

/** Reads `nft -j list ruleset` (libnftables-json(5)). Undefined for anything but a whole listing. */
export function parseNftRuleset(text: string): Entries | undefined {
  const listing = parseJson(text)
  const items = isRecord(listing) ? listing['nftables'] : undefined
  if (!Array.isArray(items) || !items.some((item: unknown) => isRecord(item) && isRecord(item['metainfo'])))
    return undefined
  const tables = new Map<string, Map<string, Rule[]>>()
  const entries: NftChain[] = []
  for (const item of items) {
    if (!isRecord(item)) return undefined
    if (isRecord(item['chain'])) {
      const chain = chainOf(item['chain'])
      if (chain === undefined) return undefined
      const table = tables.get(chain.table) ?? new Map<string, Rule[]>()
      table.set(chain.name, table.get(chain.name) ?? [])
      tables.set(chain.table, table)
      if (chain.isEntry) entries.push(chain)
    }
    if (isRecord(item['rule'])) {
      const { family, table, chain, expr } = item['rule']
      const rules = tables.get(`${String(family)} ${String(table)}`)?.get(String(chain))
      if (rules === undefined || !Array.isArray(expr)) return undefined
      rules.push(ruleOf(expr))
    }
  }
  const of = (families: readonly string[]): readonly Entry[] =>
    entries
      .filter(({ family }) => families.includes(family))
      .map(({ table, name, policy }) => ({
        chain: name,
        policy: policy === 'drop' ? 'drop' : 'accept',
        chains: tables.get(table) ?? new Map(),
      }))
  return { ip4: of(['ip', 'inet']), ip6: of(['ip6', 'inet']) }
}

function chainOf(chain: Json): NftChain | undefined {
  const { family, table, name, type, hook, policy } = chain
  if (typeof family !== 'string' || typeof table !== 'string' || typeof name !== 'string') return undefined
  const isEntry = type === 'filter' && hook === 'input'
  return { table: `${family} ${table}`, family, name, isEntry, policy: typeof policy === 'string' ? policy : 'accept' }
}

/** Statements that let a packet pass on, whatever they do besides. */
const asides: ReadonlySet<string> = new Set(['counter', 'log', 'mangle', 'notrack', 'comment', 'continue'])
const verdicts: { readonly [statement: string]: 'accept' | 'drop' | 'return' | 'opaque' } = {
  accept: 'accept',
  drop: 'drop',
  reject: 'drop',
  return: 'return',
  queue: 'opaque',
}

function ruleOf(expr: readonly unknown[]): Rule {
  let verdict: Verdict = { kind: 'none' }
  const conditions: Rule['applies'][] = []
  for (const statement of expr) {
    const [name, value] = isRecord(statement) ? (Object.entries(statement)[0] ?? []) : []
    if (name === undefined) conditions.push('sometimes')
    else if (asides.has(name)) continue
    else if (Object.hasOwn(verdicts, name)) verdict = { kind: verdicts[name] ?? 'opaque' }
    else if ((name === 'jump' || name === 'goto') && isRecord(value))
      verdict = { kind: name, chain: String(value['target']) }
    else if (name === 'xt') {
      const extension = isRecord(value) ? value : {}
      if (extension['type'] === 'match') conditions.push(extension['name'] === 'comment' ? 'always' : 'sometimes')
      else verdict = xtTarget(extension['name'], verdict)
    } else conditions.push(name === 'match' ? matchOf(value) : 'sometimes')
  }
  return { applies: narrowest(conditions), verdict }
}

/** Extensions of iptables, as older listings show them: some only as `null`, and then nobody knows what they do. */
function xtTarget(name: unknown, before: Verdict): Verdict {
  if (name === 'REJECT' || name === 'DROP') return { kind: 'drop' }
  if (name === 'LOG' || name === 'NFLOG' || name === 'MARK' || name === 'CONNMARK') return before
  return before.kind === 'none' ? { kind: 'opaque' } : before
}

function matchOf(match: unknown): Rule['applies'] {
  if (!isRecord(match) || !isRecord(match['left']) || !isRecord(match['left']['meta'])) return 'sometimes'
  const { key } = match['left']['meta']
  if (key !== 'iifname' && key !== 'iif') return 'sometimes'
  if (match['right'] === 'lo') return match['op'] === '!=' ? 'outside' : 'sometimes'
  return match['op'] === '==' ? 'one-interface' : 'sometimes'
}

/** The strictest condition; two that both narrow make an exception, not a default. */
export function narrowest(conditions: readonly Rule['applies'][]): Rule['applies'] {
  const real = conditions.filter((condition) => condition !== 'always')
  return real.length > 1 ? 'sometimes' : (real[0] ?? 'always')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // cut short, or not the output we asked for
  }
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
