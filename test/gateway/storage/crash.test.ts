import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStore } from '#gateway/storage/open-store.ts'
import { aFolder } from '#test/support/a-folder.ts'

describe('A gateway that is killed while it writes', () => {
  it('still has every act it answered, and half of none', async () => {
    const file = join(await aFolder(), 'data', 'postern.sqlite')
    const answered = await answeredBeforeKill(file, 200)
    const store = await openStore(file)
    const kept = await store.read(async (rows) => {
      const found: number[] = []
      for (const act of answered) if ((await rows.meta.get(`act-${act}`)) !== undefined) found.push(act)
      return found
    })
    expect(kept).toEqual(answered)
    const events = await store.read((rows) => rows.feeds.after('device', 'one', 0, 1_000_000))
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    expect(await store.read((rows) => rows.feeds.head('device', 'one'))).toMatchObject({ seq: events.length })
    await store.close()
  }, 30_000)
})

function answeredBeforeKill(file: string, atLeast: number): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'writes-until-killed.ts'), file])
    let said = ''
    let complaints = ''
    child.stdout.on('data', (part: Buffer) => {
      said += part.toString()
      if (said.split('\n').length > atLeast) child.kill('SIGKILL')
    })
    child.stderr.on('data', (part: Buffer) => {
      complaints += part.toString()
    })
    child.on('close', (_, signal) => {
      const lines = said.slice(0, said.lastIndexOf('\n')).split('\n')
      if (signal === 'SIGKILL') resolve(lines.map(Number))
      else reject(new Error(`it ended by itself: ${complaints}`))
    })
  })
}
