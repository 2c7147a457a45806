import type { BuildOptions } from 'esbuild'

/** Not bundled: a native addon, which the package installs as its one dependency. */
const external = ['keytar']

/** Libraries in CommonJS call `require` for Node's own modules, which an ES module does not have. */
const requireBanner =
  "import { createRequire as postern_createRequire } from 'node:module'; const require = postern_createRequire(import.meta.url);"

const common = {
  bundle: true,
  format: 'esm',
  metafile: true,
  legalComments: 'none', // the licences go into a file of their own
  logLevel: 'warning',
  charset: 'utf8',
} as const satisfies BuildOptions

/** What a release holds, by folder of `out`. Entries are relative to the repository. */
export const bundles = {
  /**
   * All programs in one folder, split where code is loaded when called: `--help` reads little, and the worker thread of the
   * host facts lies beside the code that starts it, as in the sources.
   */
  cli: {
    ...common,
    entryPoints: {
      postern: 'src/cli/postern.ts',
      'host-facts-worker': 'src/agent/system/host-facts-worker.ts',
    },
    chunkNames: 'part-[hash]',
    splitting: true,
    platform: 'node',
    target: 'node24',
    external,
    banner: { js: requireBanner },
  },
  /** For any JavaScript with Web Crypto: a module of Node in it would fail the build. */
  verify: {
    ...common,
    entryPoints: { index: 'src/verify/index.ts' },
    platform: 'neutral',
    target: 'es2022',
  },
} as const satisfies Record<string, BuildOptions>
