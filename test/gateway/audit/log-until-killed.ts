import { join } from 'node:path'
import * as z from 'zod'
import { createLogFiles } from '#gateway/audit/log-files.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { createSequencer } from '#gateway/audit/sequencer.ts'
import { createSigner } from '#gateway/audit/signer.ts'
import { openStore, type Store } from '#gateway/storage/open-store.ts'
import { systemClock } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'
import { stateFile } from '#runtime/state-file.ts'
import { vectorKey } from '#test/support/a-log-key.ts'

const aVote = {
  revision: 1,
  state: 'pending',
  stage: 'security',
  decision: 'deny',
  step_up: 'webauthn-uv',
  nonce: null,
  delegation: null,
  dwell_ms: null,
  opened: [],
  voter_device: 'any',
} as const

// Records acts of two leaves each, sequences them, and kills itself at the given step: before or after one of the writes
// between an act and its checkpoint. It says the number of an act only when that is on disk.
const [folder = '', lastStep = '0', acts = '12'] = process.argv.slice(2)
let steps = 0
const step = () => {
  steps += 1
  if (steps === Number(lastStep)) process.kill(process.pid, 'SIGKILL')
}
async function around<Answer>(write: () => Promise<Answer>): Promise<Answer> {
  step()
  const answer = await write()
  step()
  return answer
}

const store = await openStore(join(folder, 'postern.sqlite'))
const watched: Store = { ...store, transact: (act) => around(() => store.transact(act)) }
const file = stateFile(
  join(folder, 'log-signer.json'),
  1,
  z.strictObject({ log_id: z.string(), size: z.int(), root: z.string() }),
)
const key = vectorKey()
const files = createLogFiles(store, join(folder, 'tiles'))
const sequencer = createSequencer({
  store: watched,
  signerFor: (_, isNew) =>
    createSigner(key, { read: file.read, write: (state) => around(() => file.write(state)) }, isNew),
  logId: key.name,
  clock: systemClock({ keepAlive: true }),
  log: silentLog,
  writeTiles: (log, from, to) => around(() => files.writeTiles(log, from, to)),
})
await sequencer.start()
if (sequencer.isLocked()) process.stdout.write('locked\n')
for (let act = 0; act < Number(acts); act += 1) {
  const at = 1_795_510_800 + act
  const ids = await store.transact(async (rows) => {
    const moved = { actor: null, object: null, requestId: '01a20cd0-3a10-7000-8000-0000000000a1', at } as const
    return [
      await recordEvent(rows, { ...moved, type: 'vote-denied', members: aVote }),
      await recordEvent(rows, {
        ...moved,
        type: 'request-denied',
        members: { revision: 1, state: 'denied', rule: null },
      }),
    ]
  })
  process.stdout.write(`${ids.join(' ')}\n`)
  if (act % 2 === 1) await sequencer.flush()
}
await sequencer.stop()
await store.close()
process.stdout.write(`done ${steps}\n`)
