import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { settingNames, settings } from '#agent/managed-settings/schema.ts'
import { commandTable } from '#cli/run-command.ts'
import { documentSchemas } from '#contract/policy-documents.ts'
import { loadBookFromFiles } from '#gateway/policy/load-book.ts'
import { aResource, noon } from '#test/support/a-judged-device.ts'
import { bundleSizes } from '#tools/bench/bundle-sizes.ts'
import { desktopApp } from '#tools/bench/desktop-app.ts'

const root = join(import.meta.dirname, '..', '..')
const pages = [
  'README.md',
  ...(await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
]

/** Each `postern …` that a page prints, in a block or in a line. */
async function commandsOf(page: string): Promise<readonly string[]> {
  const text = await readFile(join(root, page), 'utf8')
  const inBlocks = [...text.matchAll(/```\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n'))
  const inLines = [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  return [...inBlocks, ...inLines].filter((line) => line.startsWith('postern ')).map((line) => line.split('#')[0] ?? '')
}

/** The longest verb of the table that the words begin with. */
function verbOf(command: string) {
  const words = command.trim().split(/\s+/).slice(1)
  const named = Object.entries(commandTable).filter(([name]) => name.split(' ').every((word, at) => words[at] === word))
  return named.sort(([one], [other]) => other.length - one.length)[0]
}

describe.each(pages)('%s', (page) => {
  it('prints commands that there are, with options that they take', async () => {
    for (const command of await commandsOf(page)) {
      if (command.includes('…') && !command.includes("'")) continue // the family of a verb
      const [name, row] = verbOf(command) ?? []
      expect([command, row?.load === undefined ? 'no such command' : 'there']).toEqual([command, 'there'])
      for (const [, option = ''] of command.matchAll(/\s--([a-z-]+)/g))
        expect([name, ...(row?.options ?? []), 'help', 'version']).toContain(option)
    }
  })

  it('leads nowhere that is not there', async () => {
    const text = await readFile(join(root, page), 'utf8')
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue
      const [file = '', heading] = target.split('#')
      const path = join(root, file === '' ? page : join(dirname(page), file))
      expect([target, existsSync(path)]).toEqual([target, true])
      if (heading === undefined) continue
      const headings = (await readFile(path, 'utf8')).split('\n').filter((line) => line.startsWith('#'))
      expect(headings.map(anchorOf)).toContain(heading)
    }
  })
})

function anchorOf(line: string): string {
  return line
    .replace(/^#+ /, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')
}

describe('docs/writing-a-policy.md', () => {
  it('shows documents that have the form of documents', async () => {
    const text = await readFile(join(root, 'docs/writing-a-policy.md'), 'utf8')
    const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block)
    expect(blocks.length).toBeGreaterThanOrEqual(4)
    const documents = blocks.flatMap((block) => parseAllDocuments(block).map((document) => document.toJS()))
    const schemas = new Map<string, { safeParse(document: unknown): { error?: { issues: unknown } | undefined } }>(
      Object.entries(documentSchemas),
    )
    for (const document of documents.filter(({ kind }) => kind !== 'PolicyTest'))
      expect([document.kind, schemas.get(document.kind)?.safeParse(document).error?.issues]).toEqual([
        document.kind,
        undefined,
      ])
    expect(new Set(documents.map(({ kind }) => kind))).toEqual(
      new Set(['Check', 'ExceptionPolicy', 'ApprovalPolicy', 'PolicyTest']),
    )
  })

  it('shows documents that lint in the example book, in the place of those of the same id', async () => {
    const page = await readFile(join(root, 'docs/writing-a-policy.md'), 'utf8')
    const shown = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block)
    const names = new Set(shown.map(nameOf))
    const folder = join(root, 'docs/examples/policy')
    const examples = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')))
    const others = examples.flatMap((text) => text.split(/^---$/m)).filter((text) => !names.has(nameOf(text)))
    const loaded = loadBookFromFiles(
      [...shown, ...others].map((text, index) => ({ file: `${index}.yaml`, text })),
      {
        languages: ['en', 'de'],
        groups: ['staff', 'engineering', 'security', 'team-leads'],
        resources: [aResource(), aResource({ id: 'payments', tags: ['prod'], tier: 'high' })],
        now: noon,
      },
    )
    expect(loaded.remarks).toEqual([])
    expect(loaded.kind).toBe('loaded')
  })
})

/** The names in the first column of a page's tables. */
async function namesInTables(page: string): Promise<readonly string[]> {
  const rows = (await readFile(join(root, page), 'utf8')).split('\n').filter((line) => line.startsWith('| `'))
  return rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
}

describe('docs/managing-laptops.md', () => {
  it('describes every managed setting, and none that there is not', async () => {
    const named = (await namesInTables('docs/managing-laptops.md')).filter((name) => /^[A-Z]\w+$/.test(name))
    expect(named.toSorted()).toEqual(settingNames.toSorted())
  })

  it('names the values that stand where nothing is set', async () => {
    const text = await readFile(join(root, 'docs/managing-laptops.md'), 'utf8')
    for (const [name, value] of Object.entries(settings.parse({})))
      expect(text, name).toMatch(new RegExp(`^\\| \`${name}\` \\|[^|]+\\| \`${String(value)}\` \\|`, 'm'))
  })

  it('shows a file of settings that is followed whole', async () => {
    const text = await readFile(join(root, 'docs/managing-laptops.md'), 'utf8')
    const shown: unknown = JSON.parse(/```json\n([\s\S]*?)```/.exec(text)?.[1] ?? '')
    expect(settings.strict().parse(shown)).toMatchObject(Object(shown))
  })
})

describe('docs/performance.md', () => {
  it('describes every figure of the desktop app, with a value', async () => {
    const text = await readFile(join(root, 'docs/performance.md'), 'utf8')
    for (const name of [...desktopApp.names, ...bundleSizes.names])
      expect(text, name).toMatch(new RegExp(`^\\| \`${name}\` \\|[^|]+\\| [\\d,.]+( \\S+)? \\|`, 'm'))
  })

  it('describes every other figure that the program takes, and none that it does not', async () => {
    const named = await namesInTables('docs/performance.md')
    const program = await readFile(join(root, 'src/tools/bench.ts'), 'utf8')
    const files = [...program.matchAll(/'#tools\/bench\/([\w-]+)\.ts'/g)].map(([, file = '']) => file)
    const lists = await Promise.all(files.map((file) => readFile(join(root, 'src/tools/bench', `${file}.ts`), 'utf8')))
    const taken = lists.flatMap((source) =>
      [...source.matchAll(/^ {2}names: \[([^\]]+)\]/gm)].flatMap(([, names = '']) => names.match(/[\w-]+/g) ?? []),
    )
    expect(named.toSorted()).toEqual([...taken, ...desktopApp.names].toSorted())
  })
})

/** Kind and id of a document as written; a test has a name instead of an id. */
function nameOf(text: string): string {
  return [/^kind: (\w+)/m, /^(?:id|name): (.+)$/m].map((form) => form.exec(text)?.[1]).join(' ')
}
