import { narrowest } from './nft-ruleset.ts'
import type { Chains, Entry, Rule, Verdict } from './packet-filter.ts'

const builtIn: { readonly [target: string]: Verdict['kind'] & ('accept' | 'drop' | 'return' | 'none') } = {
  ACCEPT: 'accept',
  DROP: 'drop',
  REJECT: 'drop',
  RETURN: 'return',
  LOG: 'none',
  NFLOG: 'none',
  MARK: 'none',
  CONNMARK: 'none',
}

/** Reads `iptables -S` of one table (iptables(8)): where packets enter. Undefined for anything but a whole listing. */
export function parseIptables(text: string): Entry | undefined {
  if (!text.endsWith('\n')) return undefined
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const chains = new Map<string, Rule[]>()
  let policy: 'accept' | 'drop' | undefined
  for (const line of lines) {
    const [option, chain = '', ...words] = wordsOf(line)
    if (option === '-P' || option === '-N') {
      chains.set(chain, [])
      if (option === '-P' && chain === 'INPUT')
        policy = words[0] === 'DROP' ? 'drop' : words[0] === 'ACCEPT' ? 'accept' : undefined
    } else if (option === '-A' && chains.has(chain)) chains.get(chain)?.push(ruleOf(words, chains))
    else return undefined
  }
  return policy === undefined ? undefined : { chain: 'INPUT', policy, chains }
}

function ruleOf(words: readonly string[], chains: Chains): Rule {
  const at = words.findIndex((word) => word === '-j' || word === '-g')
  const target = at === -1 ? undefined : words[at + 1]
  return { applies: conditionOf(at === -1 ? words : words.slice(0, at)), verdict: verdictOf(words[at], target, chains) }
}

function verdictOf(option: string | undefined, target: string | undefined, chains: Chains): Verdict {
  if (target === undefined) return { kind: 'none' } // it only counts
  if (chains.has(target)) return { kind: option === '-g' ? 'goto' : 'jump', chain: target }
  return { kind: Object.hasOwn(builtIn, target) ? (builtIn[target] ?? 'opaque') : 'opaque' }
}

function conditionOf(words: readonly string[]): Rule['applies'] {
  const conditions: Rule['applies'][] = []
  for (let at = 0; at < words.length; ) {
    const rest = words.slice(at).join(' ')
    if (rest.startsWith('-m comment --comment ')) at += 4
    else if (rest.startsWith('! -i lo')) at += conditions.push('outside') && 3
    else if (words[at] === '-i') {
      conditions.push(words[at + 1] === 'lo' ? 'sometimes' : 'one-interface')
      at += 2
    } else return 'sometimes'
  }
  return narrowest(conditions)
}

/** Words as iptables writes them: comments in double quotes, with backslashes. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map((word) => word[1] ?? word[2] ?? '')
}
