import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, transform } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { builtWindows, repository } from '#test/support/a-built-app.ts'
import { highFindings } from '#tools/electronegativity/high-findings.ts'
import { readFindings } from '#tools/electronegativity/read-findings.ts'

vi.setConfig({ hookTimeout: 120_000, testTimeout: 120_000 })

const folder = mkdtempSync(join(tmpdir(), 'postern-electronegativity-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const { version } = Object(createRequire(import.meta.url)('electron/package.json'))
const electronVersion = String(version)

describe('The bundled scripts of the app', () => {
  const scripts = join(folder, 'scripts')
  beforeAll(async () => {
    await bundleForScan(scripts)
  })

  it('are all read, and have no HIGH finding', async () => {
    expect(await highFindings(scripts, electronVersion)).toEqual([])
  })

  it('would have one if the window were made with one preference weakened', async () => {
    const weakened = join(folder, 'weakened')
    cpSync(scripts, weakened, { recursive: true })
    const main = join(weakened, 'main.js')
    const text = readFileSync(main, 'utf8')
    writeFileSync(main, text.replace('contextIsolation: true', 'contextIsolation: false'))
    expect(readFileSync(main, 'utf8')).not.toBe(text)
    expect(await highFindings(weakened, electronVersion)).toEqual([
      expect.stringMatching(/^CONTEXT_ISOLATION_JS_CHECK in main\.js at \d+:\d+$/),
    ])
  })

  it('would fail for a script that cannot be read, which it passes over by itself', async () => {
    const unread = join(folder, 'unread')
    cpSync(scripts, unread, { recursive: true })
    writeFileSync(join(unread, 'more.js'), 'const = 1')
    expect(await highFindings(unread, electronVersion)).toEqual([
      expect.stringMatching(/^could not be read: .*more\.js/),
    ])
  })
})

describe('The report', () => {
  const head = 'issue, severity, confidence, filename, location, sample, description, url\n'

  it('is read with commas, quotes and line ends in its cells', () => {
    const csv = `${head}A_CHECK,"HIGH","FIRM","a, b.js","2:38","f(""x"",\n1)","Says ""no""",https://example.org\n`
    expect(readFindings(csv)).toEqual([
      { issue: 'A_CHECK', severity: 'HIGH', confidence: 'FIRM', file: 'a, b.js', location: '2:38' },
    ])
  })

  it('is empty where nothing was found', () => {
    expect(readFindings(head)).toEqual([])
  })

  it.each([
    ['', ''],
    ['other, columns\n', ''],
    [head, 'A_CHECK,"HIGH"\n'],
    [head, 'A_CHECK,"HIGH'],
    [head, 'A "b" c,d\n'],
  ])('is refused where it is none: %j %j', (begin, rest) => {
    expect(() => readFindings(`${begin}${rest}`)).toThrow()
  })
})

/**
 * The app's scripts as modules with names of their own, in a language of 2020: its parser is of 2021, it looks at `.js`
 * alone, and it finds a window only where `BrowserWindow` is called that.
 */
async function bundleForScan(outdir: string): Promise<void> {
  const common = { bundle: true, target: 'es2020', platform: 'node', format: 'esm', logLevel: 'error' } as const
  const define = { POSTERN_VERSION: '"0.0.0"', 'import.meta.url': '"here"' }
  const external = ['electron', 'keytar', '#gateway/*']
  const entryPoints = { main: 'src/agent/main.ts', preload: 'src/preload/preload.ts' }
  await build({ ...common, absWorkingDir: repository, outdir, entryPoints, define, external })
  const { outputs } = await builtWindows('app')
  for (const { name, text } of outputs) {
    const { code } = await transform(text, { target: 'es2020' })
    writeFileSync(join(outdir, name.replaceAll('/', '-')), code)
  }
  writeFileSync(join(outdir, 'index.html'), readFileSync(join(repository, 'renderer', 'agent', 'index.html')))
}
