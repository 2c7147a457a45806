import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'
import { build } from 'vite'
import { buildApp } from '../../src/packaging/build-app.ts'
import type { GateInput } from '../../src/packaging/bundle-gates.ts'

export const repository = join(import.meta.dirname, '..', '..')

export type BuiltScripts = {
  /** Files of the repository, without those of which nothing is left, as the bundlers tell. */
  readonly inputs: readonly GateInput[]
  /** Name and text of each script that was made. */
  readonly outputs: readonly { readonly name: string; readonly text: string }[]
}

/** The main process and the preload as they ship, made in a folder of the test. */
export async function builtMain(outdir: string, target?: string): Promise<BuiltScripts & { readonly main: Metafile }> {
  const define = { POSTERN_VERSION: '"0.0.0"' }
  const metafiles = await buildApp({ root: repository, outdir, define, ...(target === undefined ? {} : { target }) })
  const [main] = metafiles
  if (main === undefined) throw new Error('nothing was built')
  const used = metafiles
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap(({ inputs }) => Object.entries(inputs))
  const outputs = readdirSync(outdir).filter((name) => name.endsWith('.cjs'))
  return {
    main,
    inputs: inputsOf(used.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path)),
    outputs: outputs.map((name) => ({ name, text: readFileSync(join(outdir, name), 'utf8') })),
  }
}

/** The windows as they ship, or as the development shell serves them; nothing is written. */
export async function builtWindows(mode: 'app' | 'development'): Promise<BuiltScripts> {
  const made = await build({
    configFile: join(repository, 'renderer', 'vite.config.ts'),
    configLoader: 'native',
    mode,
    logLevel: 'error',
    build: { write: false },
  })
  const chunks = [made]
    .flat()
    .flatMap((each) => ('output' in each ? each.output : []))
    .flatMap((output) => (output.type === 'chunk' ? [output] : []))
  const used = chunks
    .flatMap(({ modules }) => Object.entries(modules))
    .filter(([, { renderedLength }]) => renderedLength > 0)
  return {
    inputs: inputsOf(
      used
        .map(([id]) => id.replace(/\?.*$/, ''))
        .flatMap((id) => (id.startsWith(repository) ? [id.slice(repository.length + 1)] : [])),
    ),
    outputs: chunks.map(({ fileName, code }) => ({ name: fileName, text: code })),
  }
}

/** Every script among the paths, once; what a bundler made up itself has no file. */
function inputsOf(paths: readonly string[]): readonly GateInput[] {
  return [...new Set(paths)]
    .filter((path) => /\.[cm]?[jt]sx?$/.test(path) && !/^[\w-]+:/.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(repository, path), 'utf8') }))
}
