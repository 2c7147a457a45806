import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'
import { leaveOutUnused, verbsInOneFile } from './leave-out.ts'

/** The files of the app that ship in `out/app` beside the pages, by the names other files know them by. */
const entryPoints = {
  main: 'src/agent/main.ts',
  cli: 'src/cli/run-verb.ts',
  'host-facts-worker': 'src/agent/system/host-facts-worker.ts',
} as const

export type AppBuild = {
  /** Of the repository. */
  readonly root: string
  readonly outdir: string
  readonly define: { readonly [name: string]: string }
  /** Left out: what ships. A build for an older Electron, in tests alone, names its own. */
  readonly target?: string

  readonly before?: string
  readonly plugins?: readonly Plugin[]
}

/**
 * The main process, its lazily loaded parts and the preload as CommonJS files; code that two of them need lies in one
 * part. esbuild splits ES modules alone, so the second pass turns each file into CommonJS. The metafile is of the first.
 */
export async function buildApp(asked: AppBuild): Promise<readonly Metafile[]> {
  const { root, outdir, define } = asked
  const target = asked.target ?? 'node24'
  const common = { metafile: true, legalComments: 'none', logLevel: 'warning', charset: 'utf8', target } as const
  const modules = await build({
    ...common,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    minify: true,
    absWorkingDir: root,
    outdir,
    entryPoints,
    chunkNames: 'part-[hash]',
    outExtension: { '.js': '.cjs' },
    external: ['electron'],
    define: { ...define, 'import.meta.url': 'postern_here' },
    plugins: [addonBeside, noGateway, leaveOutUnused, verbsInOneFile],
    loader: { '.node': 'copy' },
    assetNames: '[name]',
  })
  const files = Object.keys(modules.metafile.outputs).filter((file) => file.endsWith('.cjs'))
  await build({
    ...common,
    bundle: false,
    format: 'cjs',
    platform: 'neutral', // 'node' adds a list of export names for ES modules, which breaks on a name like `interface`
    minify: true,
    absWorkingDir: root,
    outdir,
    entryPoints: files.map((file) => join(root, file)),
    allowOverwrite: true,
    outExtension: { '.js': '.cjs' },
    loader: { '.cjs': 'js' },
    supported: { 'dynamic-import': false }, // becomes a `require` when called
    banner: { js: `"use strict";const postern_here=require('node:url').pathToFileURL(__filename).href;` },
  })
  const preload = await build({
    ...common,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    minify: true,
    absWorkingDir: root,
    outdir,
    entryPoints: { preload: 'src/preload/preload.ts' },
    outExtension: { '.js': '.cjs' },
    external: ['electron'],
  })
  await cp(join(root, 'assets', 'tray'), join(outdir, 'assets', 'tray'), {
    recursive: true,
    filter: (path) => !path.endsWith('.svg'),
  })
  return [modules.metafile, preload.metafile]
}

/** The addon as npm built it, copied beside the file that loads it. */
const addonBeside: Plugin = {
  name: 'postern:addon-beside',
  setup(build) {
    build.onResolve({ filter: /build\/Release\/keytar\.node$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path),
    }))
  },
}

/** The verbs of the device can name a gateway's settings (`doctor --config`). That code stays out: it is no part of the app. */
const noGateway: Plugin = {
  name: 'postern:no-gateway',
  setup(build) {
    build.onResolve({ filter: /(^#gateway\/|findings-of-gateway\.ts$|policy-context\.ts$)/ }, ({ path }) => ({
      path,
      namespace: 'not-in-the-app',
    }))
    build.onLoad({ filter: /.*/, namespace: 'not-in-the-app' }, () => ({
      contents: 'exports.hasGatewaySettings = () => false',
    }))
  },
}
