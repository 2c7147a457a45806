import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Plugin, UserConfig } from 'vite'

/**
 * The windows, built twice and kept apart: `--mode app` is what ships (out/app/renderer), `--mode development` is what the
 * development shell serves to a browser, and never ships.
 */
const root = import.meta.dirname
const builds = {
  app: { root: join(root, 'agent'), outDir: join(root, '..', 'out', 'app', 'renderer'), pages: ['index.html'] },
  development: {
    root: join(root, 'agent', 'dev-shell'),
    outDir: join(root, '..', 'out', 'dev-shell', 'renderer'),
    pages: ['index.html', 'injected.html'],
  },
} as const

/** All JavaScript of a window, compressed (desktop.md section 14). */
const maxScriptBytes = 250_000

export default ({ mode }: { readonly mode: string }): UserConfig => {
  const { root: from, outDir, pages } = builds[mode === 'development' ? 'development' : 'app']
  return {
    root: from,
    base: '/',
    publicDir: false,
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'chrome108',
      cssTarget: 'chrome108',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 1000,
      rolldownOptions: { input: pages.map((page) => join(from, page)) },
    },
    plugins: [spokenLanguagesOnly(), ...(mode === 'development' ? [] : [listFiles()])],
  }
}

/** React Aria brings its few words in thirty languages; windows speak English and German. */
function spokenLanguagesOnly(): Plugin {
  return {
    name: 'postern:spoken-languages-only',
    enforce: 'pre',
    load: {
      filter: { id: /\/dist\/private\/intl\/(?:[a-z]+\/)?(?!en-US|de-DE)[a-z]{2}-[A-Z]{2}\.m?js$/ },
      handler: () => 'export default {}',
    },
  }
}

const types: { readonly [ending: string]: string } = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
}

/** `files.json`: exact pathname → file, type, SHA-256 (hex). What is not in it is not served. Fails beyond the budget. */
function listFiles(): Plugin {
  return {
    name: 'postern:list-files',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const rows = Object.values(bundle).map((output) => {
          const bytes = Buffer.from(output.type === 'chunk' ? output.code : output.source)
          const type = types[output.fileName.split('.').at(-1) ?? '']
          if (type === undefined) throw new Error(`no content type for ${output.fileName}`)
          return { file: output.fileName, type, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
        })
        const scripts = rows.filter(({ file }) => file.endsWith('.js'))
        const gzipBytes = scripts.reduce((sum, { bytes }) => sum + gzipSync(bytes).length, 0)
        process.stderr.write(`windows: ${(gzipBytes / 1000).toFixed(1)} KB of JavaScript, gzip\n`)
        if (gzipBytes > maxScriptBytes) throw new Error(`more than ${maxScriptBytes / 1000} KB of JavaScript`)
        const map = Object.fromEntries(
          rows.map(({ file, type, sha256 }) => [`/${file}`, { file, type, sha256 }] as const).sort(),
        )
        this.emitFile({ type: 'asset', fileName: 'files.json', source: `${JSON.stringify(map, null, 1)}\n` })
      },
    },
  }
}
