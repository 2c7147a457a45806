import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aFolder } from '#test/support/a-folder.ts'
import { startProgram } from '#test/support/a-program.ts'

const root = join(import.meta.dirname, '..', '..')

/** Writes down each file that the main thread loads, whoever asks for it and however. */
const tracer = (trace: string) => `
import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { isMainThread } from 'node:worker_threads'
if (isMainThread) registerHooks({
  load(url, context, next) {
    appendFileSync(${JSON.stringify(trace)}, url + '\\n')
    return next(url, context)
  },
})
`

/** Runs the program until it has printed that, and tells what it had loaded by then and a while later. */
async function loadedBy(words: readonly string[], shows: RegExp): Promise<readonly string[]> {
  const folder = await aFolder()
  const [trace, hooks] = [join(folder, 'trace'), join(folder, 'tracer.mjs')]
  writeFileSync(hooks, tracer(trace))
  writeFileSync(trace, '')
  const noBus = 'tcp:host=nowhere' // no bus of ours: a socket of this machine or nothing
  const program = startProgram([process.execPath, '--import', hooks, join(root, 'src/cli/postern.ts'), ...words], {
    env: {
      PATH: '/usr/bin:/bin',
      HOME: folder,
      XDG_RUNTIME_DIR: folder,
      POSTERN_STATE: join(folder, 'state'),
      POSTERN_CONTROL: join(folder, 'run', 'control.sock'),
      DBUS_SESSION_BUS_ADDRESS: noBus,
      DBUS_SYSTEM_BUS_ADDRESS: noBus,
    },
  })
  await program.until(shows)
  await program.stop()
  return readFileSync(trace, 'utf8').split('\n')
}

const onFirstUse = {
  keytar: /\/node_modules\/keytar\//,
  systeminformation: /\/node_modules\/systeminformation\//,
  'the D-Bus library': /\/node_modules\/@jellybrick\//,
  'the live connection': /\/node_modules\/ws\//,
  'what draws windows': /\/node_modules\/(react|react-dom|react-aria-components)\//,
  'an updater': /updater/,
}

describe('An agent that nobody has enrolled, on a machine without buses', () => {
  it('has loaded, when it has read this machine and waits, nothing that is for first use', {
    timeout: 60_000,
  }, async () => {
    const loaded = await loadedBy(['agent', '--development', '--json'], /"state":"key-unavailable"/)
    expect(loaded.some((url) => url.endsWith('/src/agent/agent-core.ts'))).toBe(true)
    expect(loaded.some((url) => url.includes('/node_modules/pino/'))).toBe(true)
    for (const [what, path] of Object.entries(onFirstUse))
      expect([what, loaded.filter((url) => path.test(url))]).toEqual([what, []])
  })
})
