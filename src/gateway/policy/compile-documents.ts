import { signalValues } from '#contract/signal-values.ts'
import { canonicalJson, type Json } from '#domain/canonical-json.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { BookApprovalPolicy, BookExceptionPolicy } from '#domain/policy/book.ts'
import type { Condition, PassInput } from '#domain/policy/conditions.ts'
import type {
  ApprovalPolicy,
  Check,
  ExceptionPolicy,
  LocalText,
  Parameters,
  Policy,
  PolicyDocument,
} from '#domain/policy/documents.ts'
import type { BookCheck, Hashed } from '#domain/policy/hashed.ts'
import type { SignalValue } from '#domain/signals.ts'
import { hash } from '#runtime/digest.ts'
import { type Compiled, compileMatch, compilePass, compileWhen } from './compile-condition.ts'
import type { Placed } from './read-documents.ts'
import { type DocumentPath, pathText, type Remark } from './remark.ts'

/** Documents ready to judge by, each with its place; what does not compile is left out and remarked on. */
export type CompiledDocuments = {
  readonly checks: readonly (Placed<Check> & { readonly compiled: BookCheck })[]
  readonly policies: readonly (Placed<Policy> & { readonly compiled: Hashed<Policy> })[]
  readonly exceptionPolicies: readonly (Placed<ExceptionPolicy> & { readonly compiled: BookExceptionPolicy })[]
  readonly approvalPolicies: readonly (Placed<ApprovalPolicy> & { readonly compiled: BookApprovalPolicy })[]
  readonly remarks: readonly Remark[]
}

/** Compiles every expression and hashes every document in its normalised form: `hash(JCS(document))`. */
export function compileDocuments(placed: readonly Placed<PolicyDocument>[]): CompiledDocuments {
  const remarks: Remark[] = []
  const into = {
    checks: [] as (Placed<Check> & { readonly compiled: BookCheck })[],
    policies: [] as (Placed<Policy> & { readonly compiled: Hashed<Policy> })[],
    exceptionPolicies: [] as (Placed<ExceptionPolicy> & { readonly compiled: BookExceptionPolicy })[],
    approvalPolicies: [] as (Placed<ApprovalPolicy> & { readonly compiled: BookApprovalPolicy })[],
  }
  for (const { document, ...place } of placed) {
    switch (document.kind) {
      case 'Check': {
        const compiled = compileCheck({ ...place, document }, remarks)
        into.checks.push({ ...place, document, compiled })
        break
      }
      case 'Policy':
        into.policies.push({ ...place, document, compiled: hashed(document) })
        break
      case 'ExceptionPolicy': {
        const match = kept(compileMatch(document.match), { ...place, document }, ['match'], remarks)
        if (match !== undefined)
          into.exceptionPolicies.push({ ...place, document, compiled: { ...hashed(document), match } })
        break
      }
      case 'ApprovalPolicy': {
        const compiled = compileApprovals({ ...place, document }, remarks)
        if (compiled !== undefined) into.approvalPolicies.push({ ...place, document, compiled })
        break
      }
    }
  }
  return { ...into, remarks }
}

function hashed<Document extends PolicyDocument & Json>(document: Document): Hashed<Document> {
  const digest = hash(canonicalJson(document))
  return { document, hash: digest, ref: `${document.id}@${digest.slice(0, 8)}` }
}

function kept<Input>(
  compiled: Compiled<Input>,
  placed: Placed<PolicyDocument>,
  path: DocumentPath,
  remarks: Remark[],
): Condition<Input> | undefined {
  if (compiled.kind === 'compiled') return compiled.condition
  for (const { says, instead } of compiled.faults) remarks.push(errorAt(placed, path, says, instead))
  return undefined
}

/** An error about a place in a document. */
export function errorAt(placed: Placed<PolicyDocument>, path: DocumentPath, says: string, instead: string): Remark {
  const { document, file } = placed
  const text = pathText(path)
  return {
    severity: 'error',
    file,
    line: placed.lineOf(path),
    path: `${document.kind} ${document.id}${text === '' ? '' : `, ${text}`}`,
    says,
    instead,
  }
}

/** A warning about a place in a document. */
export function warningAt(placed: Placed<PolicyDocument>, path: DocumentPath, says: string, instead: string): Remark {
  return { ...errorAt(placed, path, says, instead), severity: 'warning' }
}

function compileApprovals(placed: Placed<ApprovalPolicy>, remarks: Remark[]): BookApprovalPolicy | undefined {
  const { document } = placed
  const match = kept(compileMatch(document.match), placed, ['match'], remarks)
  const rules = document.rules.flatMap((rule, index) => {
    const when = kept(compileWhen(rule.when), placed, ['rules', index, 'when'], remarks)
    return when === undefined ? [] : [{ rule, when }]
  })
  if (match === undefined || rules.length < document.rules.length) return undefined
  return { ...hashed(document), match, rules }
}

function compileCheck(placed: Placed<Check>, remarks: Remark[]): BookCheck {
  const { document } = placed
  const pass: { [Platform in OperatingSystem]?: Condition<PassInput> } = {}
  const expected: { [Platform in OperatingSystem]?: LocalText } = {}
  const told = new Set<string>()
  const known = new Map<string, Compiled<PassInput>>()
  for (const platform of document.platforms) {
    const parameters = document.parameters[platform] ?? {}
    expected[platform] = fillIn(document.expected, parameters)
    const source = document.pass[platform]
    if (source === undefined) {
      remarks.push(
        errorAt(
          placed,
          ['pass'],
          `says nothing for ${platform}`,
          `default, or ${platform}; or leave it out of platforms`,
        ),
      )
      continue
    }
    // What does not read its platform is the same condition on all with these parameters.
    const key = `${source}\n${canonicalJson(parameters)}`
    const compiled = known.get(key) ?? compilePass(source, document.signal, platform, parameters)
    if (compiled.kind === 'compiled' && !compiled.condition.uses.has('platform')) known.set(key, compiled)
    if (compiled.kind === 'compiled') pass[platform] = compiled.condition
    // One expression for several platforms has one fault, not three.
    else if (!told.has(source)) {
      told.add(source)
      kept(compiled, placed, ['pass', platform], remarks)
    }
  }
  return { ...hashed(document), pass, expected }
}

const placeholder = /\{([A-Za-z][A-Za-z0-9]*)\}/g

/** The names in braces in a text. */
export function placeholdersIn(text: string): readonly string[] {
  return [...text.matchAll(placeholder)].map(([, name]) => name ?? '')
}

function fillIn(texts: LocalText, parameters: Parameters): LocalText {
  return Object.fromEntries(
    Object.entries(texts).map(([language, text]) => [
      language,
      text.replace(placeholder, (whole, name: string) => {
        const value = parameters[name]
        return value === undefined ? whole : parameterText(value)
      }),
    ]),
  )
}

function parameterText(value: Parameters[string]): string {
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return value.join(', ')
  return Object.entries(value)
    .map(([name, each]) => `${name} ${each}`)
    .join(', ')
}

/** A value as the signal's wire schema takes it, or undefined. */
export function asSignalValue(signal: Check['signal'], value: unknown): SignalValue | undefined {
  const parsed = signalValues[signal].safeParse(value)
  return parsed.success ? parsed.data : undefined
}
