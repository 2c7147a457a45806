import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bookFromDocuments, type LoadedBook, loadBook, loadBookFromFiles } from '#gateway/policy/load-book.ts'
import { runPolicyTests } from '#gateway/policy/run-policy-tests.ts'
import { aResource, noon } from '#test/support/a-judged-device.ts'

const folders: string[] = []
afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })))
})

async function aFolder(files: { readonly [name: string]: string | Uint8Array }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-policies-'))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

function remarksOf(loaded: LoadedBook): readonly string[] {
  return loaded.remarks.map(({ file, says }) => `${file}: ${says}`)
}

const context = {
  languages: ['en', 'de'],
  groups: ['staff', 'engineering', 'security', 'team-leads'],
  resources: [aResource(), aResource({ id: 'payments', tags: ['prod'], tier: 'high' })],
  now: noon,
}

function loadExamples(): Promise<LoadedBook> {
  return loadBook('docs/examples/policy', context)
}

async function theExamples(): Promise<Extract<LoadedBook, { kind: 'loaded' }>> {
  const loaded = await loadExamples()
  if (loaded.kind === 'refused') throw new Error(remarksOf(loaded).join('\n'))
  return loaded
}

describe('The example book', () => {
  it('lints clean', async () => {
    expect(remarksOf(await loadExamples())).toEqual([])
  })

  it('passes every test that lies beside it', async () => {
    const { book, tests } = await theExamples()
    const { results, remarks, untouched } = runPolicyTests(book, tests, context)
    expect(results.filter(({ passed }) => !passed)).toEqual([])
    expect(results.length).toBeGreaterThan(15)
    expect(remarks).toEqual([])
    expect(untouched).toEqual({ checks: [], rules: [], stages: [] })
  })

  it('can be made again from what is stored of it', async () => {
    const { book, documents } = await theExamples()
    const stored: typeof documents = JSON.parse(JSON.stringify(documents))
    expect(bookFromDocuments(stored.map(({ document }) => document))?.hash).toBe(book.hash)
  })
})

const policy = `kind: Policy
id: everyday
assign: { groups: [staff] }
resources: { tags: [internal] }
require: [{ check: disk, enforce: block }]
`
const check = `kind: Check
id: disk
title: { en: Disk }
why: { en: Lost laptops }
signal: disk-encryption
severity: high
pass: 'value.state == "on"'
expected: { en: 'on' }
examples: { pass: { state: 'on' }, fail: { state: 'off' } }
remedy: { macos: { open: macos/disk-encryption }, windows: { open: windows/disk-encryption }, linux: { steps: { en: [Ask IT] } } }
`
const english = { languages: ['en'], now: noon }

function hashOf(...texts: readonly string[]): string {
  const loaded = loadBookFromFiles(
    texts.map((text, index) => ({ file: `${index}.yaml`, text })),
    english,
  )
  if (loaded.kind === 'refused') throw new Error(remarksOf(loaded).join('\n'))
  return loaded.book.hash
}

describe('The hash of a book', () => {
  it('does not depend on files, order, comments and layout', () => {
    const spread = policy.replace('resources: { tags: [internal] }', '# who\nresources:\n  tags:\n    - internal')
    expect(hashOf(`${spread}---\n${check}`)).toBe(hashOf(check, policy))
  })

  it('does not depend on whether defaults are written out', () => {
    expect(hashOf(check, `schema: 1\nmaxSilence: 2700s\nminKeyTier: T1\n${policy}`)).toBe(hashOf(check, policy))
  })

  it('changes with every meaning', () => {
    expect(hashOf(check, policy.replace('block', 'warn'))).not.toBe(hashOf(check, policy))
    expect(hashOf(check.replace('Lost laptops', 'Lost phones'), policy)).not.toBe(hashOf(check, policy))
  })
})

describe('A folder', () => {
  it('is read with its subfolders, by name', async () => {
    const loaded = await loadBook(
      await aFolder({ 'b.yaml': policy, 'a.yml': check, 'notes.md': 'x', '.hidden.yaml': ': [' }),
      english,
    )
    expect([loaded.kind, remarksOf(loaded)]).toEqual(['loaded', []])
  })

  it.each([
    ['that is not there', undefined, 'cannot be read'],
    ['without documents', {}, 'has no .yaml file'],
    ['with an empty file', { 'a.yaml': '# nothing yet\n' }, 'no document'],
    ['with bytes that are no text', { 'a.yaml': new Uint8Array([0xff, 0xfe, 0x00]) }, 'cannot be read'],
    ['with a file beyond measure', { 'a.yaml': '#'.repeat(300_000) }, 'larger than 256 KiB'],
  ])('%s is refused', async (_name, files, says) => {
    const loaded = await loadBook(files === undefined ? '/nowhere/policies' : await aFolder(files), english)
    expect(loaded.kind).toBe('refused')
    expect(loaded.remarks[0]?.says).toBe(says)
  })

  it('with one error gives no book at all', async () => {
    const loaded = await loadBook(
      await aFolder({ 'a.yaml': check, 'b.yaml': policy, 'c.yaml': 'kind: Rule\n' }),
      english,
    )
    expect(loaded.kind).toBe('refused')
  })
})

describe('Policy tests', () => {
  const test = (body: string): string => `kind: PolicyTest
name: Disk
given:
  now: 2026-11-24T10:00:00Z
  person: { groups: [staff] }
  resource: { id: wiki, tags: [internal] }
  readings: { base: healthy }
${body}`

  function run(body: string) {
    const files = [check, policy, test(body)].map((text, index) => ({ file: `${index}.yaml`, text }))
    const loaded = loadBookFromFiles(files, english)
    if (loaded.kind === 'refused') throw new Error(remarksOf(loaded).join('\n'))
    return runPolicyTests(loaded.book, loaded.tests, {})
  }

  it('fail with what was expected and what came', () => {
    const { results } = run('expect: { access: refuse, findings: { disk: violated } }\n')
    expect(results).toMatchObject([
      { passed: false, differences: ['access: expected refuse, got allow', 'disk: expected violated, got met'] },
    ])
  })

  it('fail for a finding that is not named and not met', () => {
    const { results } = run(
      'expect: { findings: {} }\ncases: [{ name: off, given: { readings: { disk-encryption: { state: off } } } }]\n',
    )
    expect(results.map(({ name, passed }) => [name, passed])).toEqual([
      ['Disk', true],
      ['Disk: off', false],
    ])
  })

  it('fail for a check that is not required', () => {
    expect(run('expect: { findings: { firewall: met } }\n').results[0]?.differences).toEqual([
      'firewall: expected met, got not required',
    ])
  })

  it.each([
    [
      'a reading that is no value',
      'cases: [{ name: x, given: { readings: { disk-encryption: { state: maybe } } } }]\n',
      'the reading of disk-encryption is no value of that signal',
    ],
    ['no resource', 'cases: [{ name: x }]\n', 'gives no resource'],
  ])('do not load with %s', (_name, body, says) => {
    const text = test(body)
    const files = [check, policy, says === 'gives no resource' ? text.replace(/ {2}resource:.*\n/, '') : text]
    const loaded = loadBookFromFiles(
      files.map((each, index) => ({ file: `${index}.yaml`, text: each })),
      english,
    )
    if (loaded.kind === 'refused') throw new Error(remarksOf(loaded).join('\n'))
    expect(runPolicyTests(loaded.book, loaded.tests, {}).remarks.map((remark) => remark.says)).toEqual([says])
  })

  it('do not load where no example is healthy for every check on its signal', () => {
    const other = check
      .replace('id: disk', 'id: other')
      .replace('"on"', '"suspended"')
      .replace("pass: { state: 'on' }", 'pass: { state: suspended }')
    const files = [check, other, policy, test('expect: { access: allow }\n')].map((text, index) => ({
      file: `${index}.yaml`,
      text,
    }))
    const loaded = loadBookFromFiles(files, english)
    if (loaded.kind === 'refused') throw new Error(remarksOf(loaded).join('\n'))
    expect(runPolicyTests(loaded.book, loaded.tests, {}).remarks[0]?.says).toMatch(/no pass example satisfies/)
  })

  it('say which checks no test touched', () => {
    expect(run('').untouched.checks).toEqual(['disk'])
    expect(run('expect: { access: allow }\n').untouched.checks).toEqual([])
  })
})
