import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { aFolder } from '#test/support/a-folder.ts'
import { startProgram } from '#test/support/a-program.ts'

const start = join(import.meta.dirname, '..', '..', 'src', 'dev-shell', 'start.ts')

async function started(env: { readonly [name: string]: string }, node: readonly string[] = []) {
  const folder = await aFolder()
  const program = startProgram([process.execPath, ...node, start], {
    env: {
      HOME: folder,
      PATH: '/usr/bin:/bin',
      POSTERN_STATE: join(folder, 'state'),
      POSTERN_CONTROL: join(folder, 'c.sock'),
      ...env,
    },
  })
  onTestFinished(() => program.stop().then(() => undefined))
  return program
}

describe('Starting without an Electron binary', () => {
  it('says in one line where the windows are, downloads nothing, and ends with 0', { timeout: 60_000 }, async () => {
    const program = await started({ ELECTRON_OVERRIDE_DIST_PATH: '/no/electron/here' })
    const line = /^No Electron binary: development shell at http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43} \(never packaged\)\n$/
    await program.until(line, 50_000)
    const ended = await program.stop('SIGTERM')
    expect(ended.code).toBe(0)
    expect(ended.stdout).toMatch(line)
  })
})

describe('Starting inside Electron', () => {
  it('is refused with 64 and one line', async () => {
    const versions = 'Object.defineProperty(process,"versions",{value:{...process.versions,electron:"45.5.0"}})'
    const program = await started({}, ['--import', `data:text/javascript,${versions}`])
    expect(await program.ended).toEqual({
      code: 64,
      stdout: '',
      stderr: 'The development shell never runs inside Electron: start the app itself.\n',
    })
  })
})
