import type { ShellFact } from '#agent/ports.ts'
import type { DiagnosticFact, Diagnostics, Language } from '#contract/agent-windows.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { plainWords } from '#contract/texts/plain-words.ts'
import { sayReasonIn } from '#contract/texts/say-reason-in.ts'
import { describeFinding } from './describe-finding.ts'
import { findingsOfAgent } from './findings-of-agent.ts'
import type { Inspection } from './inspect-agent.ts'

export type DiagnosticsFrom = {
  readonly inspection: Inspection
  readonly snapshot: Snapshot
  readonly control: string
  readonly uid: number
  readonly now: number
  readonly language: Language
  readonly channel: string
  readonly shell: readonly ShellFact[]
  readonly host: {
    readonly name: string
    readonly os: string
    readonly release: string
    readonly home: string
    readonly user: string
  }
}

/** Of the export, so that it fits into a question: it comes back to be saved. */
const longestText = 16_000

/** What `postern doctor` finds, in words, with facts about this program; and the text an export would hold, redacted. */
export async function makeDiagnostics(from: DiagnosticsFrom): Promise<Diagnostics> {
  const { snapshot, language, now } = from
  const [{ texts, cli }, sayReason] = await Promise.all([wordsOf[language](), sayReasonIn(language)])
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const timeText = (seconds: number) => time.format(seconds * 1000)
  const found = findingsOfAgent({
    inspection: from.inspection,
    agent: { kind: 'answered', snapshot },
    control: from.control,
    uid: from.uid,
    now,
    texts,
    cli,
    sayReason,
    timeText,
  })
  const redact = redactor(from)
  const findings = found.map((each) => {
    const { id, state, says, why, todo } = describeFinding(each, { texts: cli, development: snapshot.development })
    const shown = (text: string) => plainWords(redact(text), 1000)
    return {
      id,
      state,
      says: shown(says),
      why: why === null ? null : shown(why),
      todo: todo === null ? null : shown(todo),
    }
  })
  const facts = factsOf(from).map(({ name, value }) => ({ name, value: plainWords(redact(value), 400) }))
  const lines = [
    `Postern ${snapshot.version}, ${new Date(now * 1000).toISOString()}`,
    '',
    ...facts.map(({ name, value }) => `${name}: ${value}`),
    '',
    ...findings.flatMap(({ id, state, says, why, todo }) => [
      `[${state}] ${id}: ${says}`,
      ...[why, todo].flatMap((text) => (text === null ? [] : [`    ${text}`])),
    ]),
  ]
  return { at: now, findings, facts, text: `${lines.join('\n')}\n`.slice(0, longestText) }
}

/** Loaded when somebody looks: the sentences of the command line are nothing a window needs to open. */
const wordsOf = {
  async en() {
    const [{ en }, { cliEn }] = await Promise.all([
      import('#contract/texts/en.ts'),
      import('#contract/texts/cli-en.ts'),
    ])
    return { texts: en, cli: cliEn }
  },
  async de() {
    const [{ de }, { cliDe }] = await Promise.all([
      import('#contract/texts/de.ts'),
      import('#contract/texts/cli-de.ts'),
    ])
    return { texts: de, cli: cliDe }
  },
} as const satisfies { readonly [Of in Language]: unknown }

function factsOf(from: DiagnosticsFrom): readonly { readonly name: DiagnosticFact; readonly value: string }[] {
  const { snapshot, inspection, host, shell } = from
  const { gateway } = inspection
  const known = [
    ['version', snapshot.version],
    ['channel', from.channel],
    ['os', `${host.os} ${host.release}`],
    ['language', from.language],
    ['gateway', snapshot.issuer ?? '-'],
    ['clock', gateway.kind === 'reached' ? `${Math.round(gateway.aheadSeconds)} s` : '?'],
    ['stream', snapshot.stream],
    ['key_store', `${snapshot.key_store.kind ?? '-'} ${snapshot.key_store.state}`],
    [
      'last_failure',
      snapshot.failure === null
        ? '-'
        : `${snapshot.failure.code} ${new Date(snapshot.failure.at * 1000).toISOString()}`,
    ],
  ] as const satisfies readonly (readonly [DiagnosticFact, string])[]
  return [...known.map(([name, value]) => ({ name, value })), ...shell].slice(0, 40)
}

/** Takes out who and which machine this is: home folder, user, host name, device id and owner. */
function redactor({ host, snapshot }: DiagnosticsFrom): (text: string) => string {
  const [shortName = ''] = host.name.split('.')
  const secrets = [
    [host.home, '~'],
    [snapshot.device_id ?? '', '<device>'],
    [snapshot.owner ?? '', '<owner>'],
    [host.name, '<host>'],
    [shortName, '<host>'],
    [host.user, '<user>'],
  ] as const
  const marks = secrets.flatMap(([secret, mark]) => {
    const word = secret.normalize('NFC')
    return word.trim() === '' ? [] : [{ pattern: patternOf(word), mark }]
  })
  return (text) => marks.reduce((cut, { pattern, mark }) => cut.replace(pattern, mark), text.normalize('NFC'))
}

/**
 * Whole words alone, however they are written: a user `post` does not take `Postern` apart. A name of one or two letters
 * would be found in every sentence, so it counts as part of a path alone.
 */
function patternOf(word: string): RegExp {
  const literal = word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  return word.length > 2
    ? new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'giu')
    : new RegExp(`(?<=[/\\\\])${literal}(?=[/\\\\]|$)`, 'gimu')
}
