import { appendFile, mkdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { operatingSystem } from '#agent/system/operating-system.ts'
import { agentPathsHere } from '#agent/system/paths.ts'
import { randomId } from '#runtime/random-id.ts'
import type { Terminal } from './terminal.ts'

const mostBytes = 1024 * 1024

/** Writes down what was not foreseen, under an id a person can name. `file` is left out where nothing could be written. */
export async function recordBug(
  thrown: unknown,
  terminal: Pick<Terminal, 'environment' | 'clock'>,
): Promise<{ readonly id: string; readonly file?: string }> {
  const id = randomId()
  const err =
    thrown instanceof Error
      ? { type: thrown.name, message: thrown.message, stack: thrown.stack }
      : { message: String(thrown) }
  try {
    const { logs } = agentPathsHere({ os: operatingSystem(), environment: terminal.environment })
    const file = join(logs, 'cli.log')
    await mkdir(logs, { recursive: true, mode: 0o700 })
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    )
    if (size > mostBytes) await rename(file, `${file}.1`)
    const line = JSON.stringify({ level: 50, time: terminal.clock.nowMs(), event: 'bug', id, err })
    await appendFile(file, `${line}\n`, { mode: 0o600 })
    return { id, file }
  } catch {
    return { id } // the sentence then says so
  }
}
