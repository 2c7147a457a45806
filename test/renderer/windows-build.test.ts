import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildWindows } from '../../src/packaging/build-windows.ts'

describe('The windows as they ship', () => {
  let folder = ''
  const files = new Map<string, Buffer>()
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'postern-windows-'))
    await buildWindows('app', folder)
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      if (entry.isFile()) files.set(path.slice(folder.length + 1), await readFile(path))
    }
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  const text = (ending: string) =>
    [...files].filter(([name]) => name.endsWith(ending)).map(([, bytes]) => bytes.toString('utf8'))

  it('are in the map to the last file, each with its own digest', () => {
    const map: object = JSON.parse(files.get('files.json')?.toString('utf8') ?? '')
    const expected = [...files]
      .filter(([name]) => name !== 'files.json')
      .map(([name, bytes]) => [`/${name}`, name, createHash('sha256').update(bytes).digest('hex')])
    expect(Object.entries(map).map(([path, { file, sha256 }]) => [path, file, sha256])).toEqual(
      expected.toSorted(([one = ''], [other = '']) => (one < other ? -1 : 1)),
    )
    expect(files.size).toBeGreaterThan(3)
  })

  it('carry the policy of the design in the page, and no script or style inside it', () => {
    const [page = ''] = text('index.html')
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1]
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "object-src 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types default',
    ])
    expect(page).not.toMatch(/<style|style=|\son\w+=/)
    expect(page.match(/<script[^>]*>([^<]*)<\/script>/g)?.map((script) => script.replace(/<[^>]*>/g, ''))).toEqual([''])
    expect(page.match(/(?:src|href)="([^"]+)"/g)?.every((link) => /="\/assets\//.test(link))).toBe(true)
  })

  it('hold neither the development shell, nor a pseudo-locale, nor a schema library', () => {
    const scripts = text('.js').join('\n')
    expect(scripts.length).toBeGreaterThan(100_000)
    for (const sentinel of ['WebSocket', 'en-Arab-XB', 'ZodError', 'invalid_format', 'fetch('])
      expect(scripts.includes(sentinel), sentinel).toBe(false)
  })

  it('speak two languages, not the thirty of the library', () => {
    const scripts = text('.js').join('\n')
    expect(['Element wählen', 'Sélectionner'].map((word) => scripts.includes(word))).toEqual([true, false])
  })

  it('know no left and right, and no nesting, which an older Chromium cannot read', () => {
    const styles = text('.css').join('\n')
    expect(styles.match(/(?:margin|padding|border|inset)-(?:left|right)|color-mix|[{;]&/g)).toBeNull()
  })

  it('are at most 250 KB of JavaScript, compressed', () => {
    const bytes = text('.js').reduce((sum, script) => sum + gzipSync(script).length, 0)
    expect(bytes).toBeLessThanOrEqual(250_000)
  })
})
