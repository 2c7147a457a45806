import { type agentIds, isSignalId, type managers, type SignalId } from '../../domain/signals.ts'
import { fillText } from '../fill-text.ts'
import type { ValueWords } from './value-words.ts'

/**
 * An observed value in a few words, as a person reads it beside the signal's name. Takes what a verdict carries, so a
 * member it does not know is passed over, and a value it does not understand appears as JSON. The result is not yet
 * safe for a terminal.
 */
export function valueText(signal: string, value: unknown, words: ValueWords): string {
  const said = isSignalId(signal) && isMembers(value) ? sayings[signal](value, words) : undefined
  return said === undefined || said === '' ? (JSON.stringify(value) ?? words.notKnown) : said
}

/** Products are called by their own names, which no language changes; one without an entry by its id. */
function productName(id: string | undefined): string | undefined {
  return wordFor(id, products) ?? id
}

type Product = Exclude<(typeof managers)[number], 'other'> | (typeof agentIds)[number]
const products: { readonly [Id in Product]: string } = {
  addigy: 'Addigy',
  bitdefender: 'Bitdefender',
  'carbon-black': 'Carbon Black',
  chef: 'Chef',
  cortex: 'Cortex XDR',
  crowdstrike: 'CrowdStrike',
  defender: 'Microsoft Defender',
  eset: 'ESET',
  fleet: 'Fleet',
  huntress: 'Huntress',
  intune: 'Intune',
  jamf: 'Jamf',
  jumpcloud: 'JumpCloud',
  kandji: 'Kandji',
  kolide: 'Kolide',
  landscape: 'Landscape',
  meraki: 'Meraki',
  mosyle: 'Mosyle',
  osquery: 'osquery',
  puppet: 'Puppet',
  salt: 'Salt',
  sentinelone: 'SentinelOne',
  simplemdm: 'SimpleMDM',
  sophos: 'Sophos',
  symantec: 'Symantec',
  'trend-micro': 'Trend Micro',
  wazuh: 'Wazuh',
  'workspace-one': 'Workspace ONE',
}

/** Every product that has a name here. */
export const productNames: readonly string[] = Object.values(products)

type Members = { readonly [name: string]: unknown }
type Saying = (value: Members, words: ValueWords) => string | undefined

const sayings: { readonly [Id in SignalId]: Saying } = {
  'os-version': (value) => joined([textOf(value['name']), textOf(value['version'])], ' '),

  'os-updates'(value, words) {
    const pending = numberOf(value['pendingSecurity'])
    if (pending === undefined) return undefined
    const waiting =
      pending === 0
        ? words.upToDate
        : pending === 1
          ? words.oneUpdateWaiting
          : fillText(words.updatesWaiting, { n: pending })
    return joined([waiting, value['restartNeeded'] === true ? words.restartNeeded : undefined])
  },

  'automatic-updates': (value, words) => joined([stateText(value['state'], words), byText(value['by'], words)]),

  'disk-encryption': (value, words) => withParts(value, words),

  firewall(value, words) {
    const inbound = wordFor(value['inbound'], { block: words.inboundBlocked, allow: words.inboundAllowed })
    return joined([stateText(value['state'], words), inbound, textOf(value['product'])])
  },

  enrollment(value, words) {
    if (value['managed'] === 'no') return joined([words.notManaged, textOf(value['directory'])])
    const by = productName(textOf(value['by']))
    return by === undefined ? words.managed : fillText(words.managedBy, { by })
  },

  'screen-lock'(value, words) {
    if (value['locks'] === false) return words.doesNotLock
    const idle = numberOf(value['idleSeconds'])
    const delay = numberOf(value['delaySeconds']) ?? 0
    if (idle === undefined) return words.locks
    const times = { idle: spanText(idle, words), delay: spanText(delay, words) }
    return fillText(delay === 0 ? words.locksAtOnce : words.locksAfter, times)
  },

  'malware-protection'(value, words) {
    const products = listOf(value['products']).map((product) =>
      joined([
        textOf(product['name']),
        product['state'] === value['state'] ? undefined : stateText(product['state'], words),
        product['definitions'] === 'outdated' ? words.outdated : undefined,
      ]),
    )
    return joined([stateText(value['state'], words), products.length === 0 ? words.none : products.join('; ')])
  },

  'security-agents'(value, words) {
    const states = { running: words.running, 'installed-not-running': words.notRunning }
    const agents = listOf(value['agents']).map((agent) =>
      joined([productName(textOf(agent['id'])), wordFor(agent['state'], states) ?? words.notKnown], ' '),
    )
    return agents.length === 0 ? words.none : agents.join(', ')
  },

  'secure-boot': (value, words) => stateText(value['state'], words),
  'system-integrity': (value, words) => withParts(value, words),

  'hardware-security': (value, words) =>
    wordFor(value['chip'], {
      tpm2: words.tpm2,
      tpm1: words.tpm1,
      'secure-enclave': words.secureEnclave,
      none: words.noChip,
    }),

  'remote-access': (value, words) => joined([stateText(value['state'], words), ...textsOf(value['services'])]),

  'automatic-login': (value, words) =>
    joined([stateText(value['state'], words), value['guest'] === true ? words.guest : undefined]),

  'ssh-keys'(value, words) {
    const unprotected = numberOf(value['unprotected'])
    if (unprotected === undefined) return undefined
    const n = unprotected + (numberOf(value['protected']) ?? 0)
    return n === 0 ? words.keysNone : fillText(words.keysWithout, { unprotected, n })
  },

  hardware: (value) => joined([textOf(value['vendor']), textOf(value['model'])], ' '),
}

function withParts(value: Members, words: ValueWords): string {
  const parts = isMembers(value['parts']) ? value['parts'] : {}
  const said = Object.entries(parts).map(
    ([name, state]) => `${partText(name, words)} ${stateText(state, words) ?? words.notKnown}`,
  )
  return joined([stateText(value['state'], words), ...said])
}

/** A part that this version has no word for is spelled out: `accessControl` as `access control`. */
function partText(name: string, { parts }: ValueWords): string {
  const known: { readonly [part: string]: string } = parts
  return Object.hasOwn(known, name) ? (known[name] ?? name) : spelledOut(name)
}

function spelledOut(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

function stateText(state: unknown, words: ValueWords): string | undefined {
  const known = {
    on: words.on,
    off: words.off,
    partial: words.partial,
    suspended: words.suspended,
    'in-progress': words.inProgress,
  }
  return wordFor(state, known) ?? textOf(state)
}

function byText(by: unknown, words: ValueWords): string | undefined {
  return wordFor(by, { user: words.byUser, policy: words.byPolicy, default: words.byDefault })
}

function spanText(seconds: number, words: ValueWords): string {
  return seconds >= 60 && seconds % 60 === 0
    ? fillText(words.minutes, { n: seconds / 60 })
    : fillText(words.seconds, { n: seconds })
}

function joined(parts: readonly (string | undefined)[], by = ', '): string {
  return parts.filter((part) => part !== undefined && part !== '').join(by)
}

function wordFor(key: unknown, words: { readonly [key: string]: string }): string | undefined {
  return typeof key === 'string' && Object.hasOwn(words, key) ? words[key] : undefined
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listOf(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.filter(isMembers) : []
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.flatMap((entry) => (typeof entry === 'string' ? [entry] : [])) : []
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
