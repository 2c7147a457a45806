import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

// Run by itself: `scan-electron-code.ts <folder of scripts> <csv to write> <version of Electron>`. Prints what could not be read, as JSON.

/**
 * electronegativity over a folder of bundled scripts. It is made to ask nobody: it would fetch its own translations and
 * Electron's list of releases.
 */
const [, , input, output, electronVersionOverride] = process.argv
const require = createRequire(import.meta.url)
const scanner = require.resolve('@doyensec/electronegativity')
const fetcher = createRequire(scanner).resolve('got')
createRequire(scanner)('got')
const loaded = require.cache[fetcher]
if (loaded === undefined) throw new Error('what would ask the network is not where it was')
loaded.exports = () => Promise.reject(new Error('offline'))

// It writes the head and the findings at the same time, and whichever comes last wins: here one follows the other.
const files: { writeFile: unknown } = require('node:fs')
files.writeFile = (path: string, text: string, ...more: readonly unknown[]) => {
  const [options] = more
  const flag = typeof options === 'object' && options !== null && 'flag' in options && options.flag === 'a' ? 'a' : 'w'
  writeFileSync(path, text, { flag })
}

const run: (options: object) => Promise<{ readonly errors: readonly object[] }> = require(scanner)
const { errors } = await run({
  input,
  output,
  isRelative: true,
  electronVersionOverride,
  excludeFromScan: ['availablesecurityfixesglobalcheck'], // needs the list of releases
})
process.stdout.write(`\n${JSON.stringify(errors)}\n`)
