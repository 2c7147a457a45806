import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeBundle } from '#gateway/audit/bundle.ts'
import { createSigner } from '#gateway/audit/signer.ts'
import { aLog, aQuietEvent } from './a-log.ts'
import { aStory } from './a-story.ts'

/**
 * A program: writes an evidence bundle of so many leaves into a folder, with two signed votes for each of so many requests,
 * and the keys beside it as `<folder>.vkeys`. For measuring; everything in it is signed and fits.
 */
const [folder = '', leaves = '1000', requests = '50'] = process.argv.slice(2)

const log = await aLog()
const story = await aStory(log)
for (let count = 0; count < Number(requests); count += 1) await story.request()
while (log.sequencer.log().size < Number(leaves)) {
  const missing = Math.min(500, Number(leaves) - log.sequencer.log().size)
  const at = log.clock.nowMs() / 1000 + Number(requests) * 1000
  await log.act(...Array.from({ length: missing }, () => aQuietEvent(at)))
  await log.sequencer.flush()
}
const signer = createSigner(log.key, log.state, false)
const wish = { log: 1, from: 0, to: Number.MAX_SAFE_INTEGER, version: '0.1.0', vkeys: [log.vkey] }
await writeBundle(log.store, signer, story.sources, folder, wish)
await writeFile(join(`${folder}.vkeys`), `${log.vkey}\n`)
