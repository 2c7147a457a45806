import { createWriteStream } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { openPromise } from '#gateway/audit/unzip.ts'
import { verifyBundle } from '#gateway/audit/verify-bundle.ts'
import { changeBundle } from '#tools/mutate-bundle/change-bundle.ts'

/**
 * `node src/tools/mutate-bundle.ts <bundle> --keys <vkeys> [--places <n>]`: verifies an evidence bundle as it is, then with
 * each file changed by one byte and each leaf dropped, swapped and doubled, one at a time, in process. A line for each class
 * of change with an example of what was named; the last line says how many were found. Exit 0: verified as it is, and every
 * change found and named. 1: not so. 2: called wrongly, or nothing that can be read.
 */
const { values, positionals } = parseArgs({
  options: { keys: { type: 'string' }, places: { type: 'string', default: '64' } },
  allowPositionals: true,
})
const [path, ...more] = positionals
const places = Number(values.places)
if (path === undefined || more.length > 0 || values.keys === undefined || !Number.isSafeInteger(places) || places < 1) {
  process.stderr.write('usage: mutate-bundle.ts <bundle> --keys <vkeys> [--places <n>]\n')
  process.exitCode = 2
} else {
  try {
    process.exitCode = await main(path, await readFile(values.keys, 'utf8'))
  } catch (thrown) {
    process.stderr.write(`mutate-bundle: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
    process.exitCode = 2
  }
}

async function main(bundle: string, keys: string): Promise<0 | 1> {
  const whole = await verifyBundle(bundle, { keys })
  const { leaves, checkpoints, signedVotes } = whole.counts
  say(`as it is: ${leaves} leaves, ${checkpoints} checkpoints, ${signedVotes} signed votes: exit ${whole.exit}`)
  if (whole.exit !== 0) return 1
  const folder = await mkdtemp(join(tmpdir(), 'postern-changed-'))
  let [tried, found] = [0, 0]
  try {
    await unpack(bundle, folder)
    for await (const each of changeBundle(folder, { keys, places })) {
      tried += each.tried
      found += each.found
      say(`${each.says}: ${each.found} of ${each.tried} found${each.example === '' ? '' : `; ${each.example}`}`)
      for (const one of each.unfound) say(`  NOT FOUND: ${one}`)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  say(`${found} of ${tried} found`)
  return found === tried && tried > 0 ? 0 : 1
}

async function unpack(bundle: string, folder: string): Promise<void> {
  if ((await stat(bundle)).isDirectory()) return await cp(bundle, folder, { recursive: true })
  const zip = await openPromise(bundle)
  try {
    for (const name of zip.names) {
      const path = join(folder, ...name.split('/'))
      await mkdir(dirname(path), { recursive: true })
      await pipeline(await zip.open(name), createWriteStream(path))
    }
  } finally {
    await zip.close()
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
