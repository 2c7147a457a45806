import type { PrivacyTexts } from '#contract/texts/windows/privacy-texts.ts'
import { isSignalId, type SignalId } from '#domain/signals.ts'

type ExtraField = keyof PrivacyTexts['extras']

/** What was observed of a signal, or why nothing was. */
export type SignalLine = {
  readonly id: SignalId
  readonly state: 'observed' | 'unknown' | 'na'
  readonly value: unknown
  readonly why: string
}

/** One more thing that a report says, each a part of a sentence; what it is made of decides the words. */
export type FactPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'word'; readonly word: FactWord }
  | { readonly kind: 'store'; readonly store: string }
  | { readonly kind: 'seconds'; readonly seconds: number }
  | { readonly kind: 'starts'; readonly times: number }

export type FactWord =
  | 'signed'
  | 'unsigned'
  | 'signatureUnknown'
  | 'development'
  | 'virtual'
  | 'bootProtected'
  | 'bootOpen'
  | 'debugOff'
  | 'debugOn'
  | 'managed'
  | 'inspected'

export type ReadReport = {
  readonly signals: readonly SignalLine[]
  readonly facts: readonly { readonly field: ExtraField; readonly parts: readonly FactPart[] }[]
  /** Names of the claims that neither of both tells. */
  readonly rest: readonly string[]
}

type Members = { readonly [name: string]: unknown }

/** A report's payload as a person reads it; `undefined` where it is no report. Foreign text still. */
export function readReport(payload: string): ReadReport | undefined {
  const claims = parsed(payload)
  const submods = membersOf(claims?.['submods'])
  const signals = membersOf(submods['posture'])['signals']
  if (claims === undefined || !Array.isArray(signals)) return undefined
  const facts = factsOf(claims, submods).filter(({ parts }) => parts.length > 0)
  return {
    signals: signals.flatMap((line: unknown) => signalOf(membersOf(line))),
    facts,
    rest: [claims, membersOf(submods['os']), membersOf(submods['agent'])].flatMap((members) =>
      Object.keys(members).filter((name) => name !== 'submods' && !told.includes(name)),
    ),
  }
}

/** Claims that the facts below put into words. */
const told: readonly string[] = [
  'swname',
  'swversion',
  'hwmodel',
  'hwversion',
  'uptime',
  'bootcount',
  'oemboot',
  'dbgstat',
  'iss',
  'platform',
  'arch',
  'virtual',
  'key_store',
  'integrity',
  'channel',
  'managed',
  'tls_inspected',
]

function signalOf(line: Members): readonly SignalLine[] {
  const { id, st, v, why } = line
  if (typeof id !== 'string' || !isSignalId(id)) return []
  const state = st === 'observed' ? 'observed' : st === 'na' ? 'na' : 'unknown'
  return [{ id, state, value: v, why: typeof why === 'string' ? why : '' }]
}

function factsOf(claims: Members, submods: Members): ReadReport['facts'] {
  const agent = membersOf(submods['agent'])
  const os = membersOf(submods['os'])
  return [
    {
      field: 'agent-version',
      parts: [
        ...text(firstOf(claims['swversion'])),
        ...(agent['channel'] === 'development' ? [] : text(agent['channel'])),
        ...word(agent['integrity'], { signed: 'signed', unsigned: 'unsigned', unknown: 'signatureUnknown' }),
        ...word(agent['channel'], { development: 'development' }),
      ],
    },
    { field: 'hardware-model', parts: [...text(decoded(claims['hwmodel'])), ...text(firstOf(claims['hwversion']))] },
    {
      field: 'platform',
      parts: [
        ...text(nameOfSystem(os['platform'])),
        ...text(os['arch']),
        ...(typeof os['virtual'] === 'string' && os['virtual'] !== 'none'
          ? [{ kind: 'word', word: 'virtual' } as const]
          : []),
        ...word(agent['managed'], { true: 'managed' }),
        ...word(agent['tls_inspected'], { true: 'inspected' }),
      ],
    },
    {
      field: 'boot-state',
      parts: [
        ...word(claims['oemboot'], { true: 'bootProtected', false: 'bootOpen' }),
        ...word(claims['dbgstat'], { disabled: 'debugOff', enabled: 'debugOn' }),
      ],
    },
    {
      field: 'uptime',
      parts: [
        ...(typeof claims['uptime'] === 'number' ? [{ kind: 'seconds', seconds: claims['uptime'] } as const] : []),
        ...(typeof claims['bootcount'] === 'number' ? [{ kind: 'starts', times: claims['bootcount'] } as const] : []),
      ],
    },
    {
      field: 'key-store',
      parts: typeof agent['key_store'] === 'string' ? [{ kind: 'store', store: agent['key_store'] }] : [],
    },
    { field: 'device-key', parts: text(claims['iss']) },
  ]
}

const systems: { readonly [name: string]: string } = { macos: 'macOS', windows: 'Windows', linux: 'Linux' }

function nameOfSystem(platform: unknown): unknown {
  return typeof platform === 'string' && Object.hasOwn(systems, platform) ? systems[platform] : platform
}

function text(value: unknown): readonly FactPart[] {
  return typeof value === 'string' && value !== '' ? [{ kind: 'text', text: value }] : []
}

function word(value: unknown, words: { readonly [value: string]: FactWord }): readonly FactPart[] {
  const key = String(value)
  const found = Object.hasOwn(words, key) ? words[key] : undefined
  return found === undefined ? [] : [{ kind: 'word', word: found }]
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined
}

/** Base64url of UTF-8. */
function decoded(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  try {
    const bytes = Uint8Array.from(atob(value.replaceAll('-', '+').replaceAll('_', '/')), (byte) => byte.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return value
  }
}

function parsed(payload: string): Members | undefined {
  try {
    const content: unknown = JSON.parse(payload)
    return typeof content === 'object' && content !== null ? { ...content } : undefined
  } catch {
    return undefined
  }
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
