import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { aFolder } from '#test/support/a-folder.ts'
import { appLicenses } from '../../src/packaging/app-licenses.ts'
import { buildApp } from '../../src/packaging/build-app.ts'
import { buildWindows } from '../../src/packaging/build-windows.ts'
import { thirdPartyLicenses } from '../../src/packaging/third-party-licenses.ts'

vi.setConfig({ hookTimeout: 120_000 })

const root = join(import.meta.dirname, '..', '..')

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/^## (\S+) \d/gm)].map(([, name = '']) => name)
}

describe('The licences of the app', () => {
  let text = ''
  let folder = ''
  afterAll(() => rm(folder, { recursive: true, force: true }))
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'postern-licences-'))
    const windows = await buildWindows('app', join(folder, 'windows'))
    const app = await buildApp({ root, outdir: join(folder, 'app'), define: { POSTERN_VERSION: '"0.0.0"' } })
    text = await appLicenses(root, app, windows)
  })

  it.each([
    ['of the windows', ['react', 'react-dom', 'react-aria', 'react-aria-components', '@internationalized/string']],
    ['of the main process', ['zod', 'jose', 'pino']],
    ['that is loaded when it is needed first', ['ws', '@jellybrick/dbus-next', 'systeminformation', 'commander']],
    ['of the addon, and of the headers it was compiled with', ['keytar', 'node-addon-api']],
    ['that a bundler puts in itself', ['esbuild', 'rolldown']],
  ])('name each package %s', (_, names) => {
    expect(namesIn(text)).toEqual(expect.arrayContaining(names))
  })

  it('name none that is not in the app: what the gateway alone uses, what builds it, and what is left out', () => {
    const others = ['fastify', 'kysely', 'vite', 'electron', 'typescript', 'fast-xml-parser', 'fast-xml-builder']
    expect(namesIn(text).filter((name) => others.includes(name))).toEqual([])
  })

  it('hold the words of each licence', () => {
    expect(text).toMatch(/## react 19[^#]+\(MIT\)\n\nMIT License\n\nCopyright \(c\) Meta Platforms/)
    expect(text).not.toContain('holds no text of its licence')
  })

  it('are in order of their names, each once, and name no folder of the machine that built them', () => {
    const names = namesIn(text)
    expect(names).toEqual([...new Set(names)].sort())
    expect(text).not.toContain(root)
  })
})

describe('The licences of packages', () => {
  /** A repository with these packages: their manifest, and their files by name. */
  async function aRepository(packages: {
    readonly [name: string]: readonly [object, { readonly [file: string]: string }]
  }) {
    const folder = await aFolder()
    for (const [name, [manifest, files]] of Object.entries(packages)) {
      const place = join(folder, 'node_modules', name)
      await mkdir(place, { recursive: true })
      await writeFile(join(place, 'package.json'), JSON.stringify({ name, version: '1.0.0', ...manifest }))
      for (const [file, content] of Object.entries(files)) await writeFile(join(place, file), content)
    }
    return folder
  }
  const fine = [{ license: 'MIT' }, { LICENSE: 'Do as you like.\r\n' }] as const

  it('are the same text whatever the order of the files, and however they are written', async () => {
    const folder = await aRepository({ '@a/one': fine, b: fine, 'b/node_modules/c': fine })
    const files = ['node_modules/b/x.js', 'node_modules/@a/one/y.js', 'node_modules/b/node_modules/c/z.js', 'src/a.ts']
    const text = await thirdPartyLicenses(folder, files)
    expect(namesIn(text)).toEqual(['@a/one', 'b', 'b/node_modules/c'])
    expect(await thirdPartyLicenses(folder, files.map((file) => join(folder, file)).reverse())).toBe(text)
  })

  it('cannot be written where one names no licence', async () => {
    const folder = await aRepository({ fine, silent: [{}, { 'README.md': 'Hello.' }] })
    await expect(thirdPartyLicenses(folder, ['node_modules/fine/x.js'])).resolves.toContain('Do as you like.')
    await expect(thirdPartyLicenses(folder, ['node_modules/fine/x.js', 'node_modules/silent/x.js'])).rejects.toThrow(
      /no licence in .*node_modules\/silent$/,
    )
  })

  it('cannot be written where one has an empty name for it, or no manifest', async () => {
    const folder = await aRepository({ empty: [{ license: '' }, {}] })
    await expect(thirdPartyLicenses(folder, ['node_modules/empty/x.js'])).rejects.toThrow('no licence')
    await expect(thirdPartyLicenses(folder, ['node_modules/absent/x.js'])).rejects.toThrow('package.json')
  })

  it('say so where a package names its licence and holds no text of it', async () => {
    const folder = await aRepository({ short: [{ license: 'MIT', author: { name: 'A. Person' } }, {}] })
    expect(await thirdPartyLicenses(folder, ['node_modules/short/x.js'])).toContain(
      '## short 1.0.0 (MIT)\n\nThe package holds no text of its licence. Its author: A. Person.\n',
    )
  })
})
