import { readFile } from 'node:fs/promises'
import { fillText } from '#contract/fill-text.ts'
import { auditSentencesDe } from '#contract/texts/audit-sentences-de.ts'
import { translateSentence } from '#contract/texts/translate-sentence.ts'
import { Failure } from '#domain/failure.ts'
import type { Break, Verification } from '#gateway/audit/verification.ts'
import { verifyBundle } from '#gateway/audit/verify-bundle.ts'
import { fileReason } from '#runtime/file-reason.ts'
import { type ExitCode, exitCode } from '../exit-codes.ts'
import { plainText } from '../print/plain-text.ts'
import type { Terminal } from '../terminal.ts'
import { UsageFault } from '../usage-fault.ts'
import type { RunCommand } from '../words.ts'

/**
 * Verifies an evidence bundle offline: exit 0 verified, 1 something does not fit, 2 unreadable, 3 fits as far as readable
 * (audit.md section 11). It opens no database and asks nobody.
 */
export const auditVerify: RunCommand = async (words, terminal) => {
  const keysFile = words.text('keys')
  if (keysFile === undefined || words.argument === undefined)
    throw new UsageFault(
      fillText(terminal.texts.usage.missingOption, { given: '--keys' }),
      'postern audit verify --help',
    )
  const fromFile = words.text('from')
  const verified = await verifyBundle(words.argument, {
    keys: await read(keysFile),
    ...(fromFile === undefined ? {} : { from: await read(fromFile) }),
  })
  if (words.isSet('json')) terminal.out(JSON.stringify(verified))
  else say(verified, terminal)
  return exits[verified.exit]
}

const exits: { readonly [Exit in Verification['exit']]: ExitCode } = {
  0: exitCode.yes,
  1: exitCode.no,
  3: exitCode.partly,
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new Failure('state_unreadable', { file, reason: fileReason(cause) }, { cause })
  }
}

function say(verified: Verification, terminal: Terminal): void {
  const { out, paint, texts } = terminal
  const { counts, breaks, missing, erased, exit } = verified
  for (const each of breaks) out(paint.bad(breakLine(each, terminal)))
  for (const what of missing) out(fillText(texts.audit.missing, { what: plainText(inLanguage(what, terminal)) }))
  const word =
    exit === 0 ? paint.good(texts.audit.verified) : exit === 3 ? texts.audit.partly : paint.bad(texts.audit.broken)
  out(`${fillText(texts.audit.counts, counts)}: ${word}`)
  const { audit } = texts
  const notes = [
    [counts.unsignedVotes, audit.unsignedVotes, {}],
    [counts.requestsBegunBefore, audit.begunBefore, {}],
    [
      counts.attachmentsErased + counts.bodiesErased + counts.termsErased,
      audit.erased,
      { n: counts.attachmentsErased, bodies: counts.bodiesErased, terms: counts.termsErased },
    ],
    [
      counts.attachmentsWithheld + counts.personsWithheld,
      audit.withheld,
      { n: counts.attachmentsWithheld, persons: counts.personsWithheld },
    ],
    [counts.signaturesErased + counts.signaturesWithheld, audit.signaturesOut, {}],
    [counts.unknownTypes, audit.unknownTypes, {}],
    [counts.lateDecisions, audit.lateDecisions, {}],
  ] as const
  for (const [n, text, values] of notes) if (n > 0) out(fillText(text, { n, ...values }))
  for (const what of erased) out(`  ${plainText(inLanguage(what, terminal))}`)
  out(audit.noWitnesses)
}

/** "(7) requests and grants replayed, leaf 12: …" */
function breakLine({ check, index, file, says }: Break, terminal: Terminal): string {
  const { texts } = terminal
  const where = [
    ...(index === null ? [] : [fillText(texts.audit.atLeaf, { index })]),
    ...(file === null ? [] : [fillText(texts.audit.inFile, { file: plainText(file) })]),
  ]
  return `(${check}) ${[texts.audit.checks[check], ...where].join(', ')}: ${plainText(inLanguage(says, terminal))}`
}

/** What verification says in English by itself, with `--json` too. */
function inLanguage(sentence: string, { language }: Terminal): string {
  return language === 'de' ? translateSentence(sentence, auditSentencesDe) : sentence
}
