import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { bundleBudgets, loadedAtOnce } from '../../packaging/bundle-budgets.ts'
import { atMost, type Figure } from './figure.ts'

/** How much JavaScript the desktop app is, built as it ships. */
export const bundleSizes: Figure = {
  names: ['app-main', 'app-main-process', 'app-windows-gzip'],
  async measure({ root, folder, say }) {
    say('building the app')
    const { buildApp } = await import('../../packaging/build-app.ts')
    const { buildWindows } = await import('../../packaging/build-windows.ts')
    const [app, pages] = [join(folder, 'app'), join(folder, 'windows')]
    const metafiles = await buildApp({ root, outdir: app, define: { POSTERN_VERSION: '"0.0.0"' } })
    await buildWindows('app', pages)
    const scripts = await scriptsIn(app)
    const idle = metafiles.flatMap((metafile) => {
      const main = Object.keys(metafile.outputs).find((path) => basename(path) === 'main.cjs')
      return main === undefined ? [] : [...loadedAtOnce(metafile, main)].map((path) => basename(path))
    })
    const bytes = (of: readonly Script[]) => of.reduce((sum, { content }) => sum + content.length, 0)
    const windows = (await scriptsIn(pages)).reduce((sum, { content }) => sum + gzipSync(content).length, 0)
    return [
      kilobytes('app-main', bytes(scripts.filter(({ name }) => idle.includes(name))), bundleBudgets.idlePath),
      kilobytes('app-main-process', bytes(scripts), bundleBudgets.mainProcess),
      kilobytes('app-windows-gzip', windows, bundleBudgets.windowsGzip),
    ]
  },
}

type Script = { readonly name: string; readonly content: Buffer }

async function scriptsIn(folder: string): Promise<readonly Script[]> {
  const names = await readdir(folder, { recursive: true })
  const scripts = names.filter((name) => /\.c?js$/.test(name))
  return Promise.all(
    scripts.map(async (name) => ({ name: basename(name), content: await readFile(join(folder, name)) })),
  )
}

function kilobytes(figure: string, bytes: number, most: number) {
  return atMost(figure, bytes / 1000, 'kB', most / 1000)
}
