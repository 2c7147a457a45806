import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments, stringify } from 'yaml'
import { Failure } from '#domain/failure.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { BookCheck } from '#domain/policy/hashed.ts'
import type { ReportedSignal } from '#domain/posture-report.ts'
import { type LoadedBook, loadBook } from '#gateway/policy/load-book.ts'
import { type Choice, chooseChecks, stricterCheck } from './choose-checks.ts'
import { judgeAlone } from './judge-alone.ts'

const examples = join(import.meta.dirname, '..', '..', '..', 'docs', 'examples', 'policy')

export const demoResources = [
  { id: 'wiki', name: 'Wiki', tags: ['internal'], owners: ['lin@example.com', 'sam@example.com'] },
  { id: 'payments', name: 'Payments', tags: ['prod'], owners: ['lin@example.com', 'sam@example.com'] },
] as const

const nobodySpecial = { admin: false, roles: [] } as const

/** The requester first; Ivy looks after the gateway and reads its log. */
export const demoPeople = [
  { email: 'you@example.com', name: 'You', groups: ['staff'], ...nobodySpecial },
  { email: 'grace@example.com', name: 'Grace', groups: ['staff', 'security'], ...nobodySpecial },
  { email: 'lin@example.com', name: 'Lin', groups: ['staff'], ...nobodySpecial },
  { email: 'sam@example.com', name: 'Sam', groups: ['staff', 'security'], ...nobodySpecial },
  { email: 'ivy@example.com', name: 'Ivy', groups: [], admin: true, roles: ['auditor'] },
] as const

export type DemoBook = {
  readonly choice: Choice
  /** As the gateway will load them. */
  readonly checks: ReadonlyMap<string, BookCheck>
}

const context = { languages: ['en', 'de'], resources: [], people: [] } as const

/**
 * Writes the book of this demo from what the machine looks like: the wiki turns on one check that fails and can be
 * excused, payments on one that nothing excuses. The checks are those of the example book.
 */
export async function writeDemoBook(
  folder: string,
  os: OperatingSystem,
  readings: readonly ReportedSignal[],
  now: number,
): Promise<DemoBook> {
  const example = loaded(await loadBook(examples, { ...context, languages: [...context.languages], now }))
  const outcomes = judgeAlone(example.book.checks, os, readings, now)
  const choice = chooseChecks(
    [...outcomes].map(([id, outcome]) => {
      const exemptable = example.book.checks.get(id)?.document.exemptable
      const isExemptable = exemptable?.allowed === true && outcome !== 'met' && exemptable.covers.includes(outcome)
      return { id, outcome, isExemptable }
    }),
  )
  const wanted = new Set([choice.excusable, choice.blocking, ...choice.met, ...choice.others])
  const documents = await exampleChecks(wanted)
  const checks = choice.stricter === undefined ? documents : documents.map((check) => madeStricter(check, os, readings))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(join(folder, 'checks.yaml'), asFile('What "healthy" means here, from the example book.', checks))
  await writeFile(join(folder, 'access.yaml'), asFile('Who needs what, for which resource.', policiesOf(choice, os)))
  await writeFile(join(folder, 'exceptions.yaml'), asFile('The limits of an exception, and who approves it.', limits))
  const resources = demoResources.map((each) => ({ ...each, tier: 'medium' as const, origins: [] }))
  const people = demoPeople.map((each) => ({ ...each }))
  const written = loaded(await loadBook(folder, { languages: [...context.languages], resources, people, now }))
  return { choice, checks: written.book.checks }
}

function policiesOf({ excusable, blocking, met, others }: Choice, os: OperatingSystem): readonly object[] {
  const platforms = [os]
  const passing = met.map((check) => ({ check, enforce: 'block', platforms }))
  const policy = (id: string, require: readonly object[]) => ({
    kind: 'Policy',
    id,
    assign: { groups: ['staff'] },
    resources: { ids: [id] },
    require,
  })
  return [
    policy('wiki', [{ check: excusable, enforce: 'approval', platforms }, ...passing]),
    policy('payments', [
      { check: blocking, enforce: 'block', exemptable: false, platforms },
      ...passing,
      ...others.map((check) => ({ check, enforce: 'warn', platforms })),
    ]),
  ]
}

const limits = [
  {
    kind: 'ExceptionPolicy',
    id: 'standard',
    match: 'true',
    maxDuration: '4h',
    justification: { minChars: 20, category: 'required' },
  },
  {
    kind: 'ApprovalPolicy',
    id: 'standard',
    match: 'true',
    voters: { device: 'any', reciprocity: 'refuse', visibility: 'pools' },
    rules: [
      {
        when: 'true',
        requester: { stepUp: 'any-mfa' },
        stages: [
          { id: 'security', from: 'group:security', need: 1, stepUp: 'webauthn' },
          { id: 'owner', from: 'role:resource-owner', need: 1, stepUp: 'webauthn' },
        ],
      },
    ],
  },
] as const

type Document = { readonly [member: string]: unknown }

/** The documents as the example book has them, by id. */
async function exampleChecks(wanted: ReadonlySet<string>): Promise<readonly Document[]> {
  const documents = parseAllDocuments(await readFile(join(examples, 'checks.yaml'), 'utf8'))
  return documents.flatMap((document): readonly Document[] => {
    const content: unknown = document.toJS()
    return isDocument(content) && typeof content['id'] === 'string' && wanted.has(content['id']) ? [content] : []
  })
}

/** A version that no machine has, and words that say whose idea that is. */
function madeStricter(check: Document, os: OperatingSystem, readings: readonly ReportedSignal[]): Document {
  if (check['id'] !== stricterCheck) return check
  const reading = readings.find(({ id }) => id === 'os-version')
  const name =
    reading?.st === 'observed' && 'version' in reading.v && 'name' in reading.v ? reading.v.name : 'this system'
  const version = '9999'
  const remedy = isDocument(check['remedy']) ? check['remedy'] : {}
  return {
    ...check,
    title: { en: 'System version (stricter, for this demo)', de: 'Systemversion (strenger, für diese Vorführung)' },
    platforms: [os],
    parameters: { all: { min: version } },
    pass: 'versionAtLeast(value.version, param.min)',
    expected: {
      en: 'version {min}, which does not exist: the demo asks for it, since everything else passes here',
      de: 'Version {min}, die es nicht gibt: die Vorführung verlangt sie, weil hier sonst alles stimmt',
    },
    examples: { pass: { name, version }, fail: { name, version: '1' } },
    remedy: { [os]: remedy[os] },
  }
}

function asFile(comment: string, documents: readonly object[]): string {
  return `# Written by the demo. ${comment}\n${documents.map((document) => stringify(document, { aliasDuplicateObjects: false })).join('---\n')}`
}

function loaded(book: LoadedBook): Extract<LoadedBook, { readonly kind: 'loaded' }> {
  if (book.kind === 'loaded') return book
  const first = book.remarks.find(({ severity }) => severity === 'error')
  const cause = new Error(`${first?.file}:${first?.line} ${first?.path} ${first?.says}`)
  throw new Failure('book_invalid', { remarks: book.remarks.length }, { cause })
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
