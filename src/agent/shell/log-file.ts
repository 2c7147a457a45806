import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

const maxBytes = 1_000_000
const olderNames = ['agent.1.log', 'agent.2.log'] as const

/**
 * A destination for the log: `agent.log` of at most 1 MB in this folder, and the two before it. What cannot be written
 * is dropped: a full disk must not end the agent.
 */
export function logFile(folder: string): { write(line: string): void } {
  const current = join(folder, 'agent.log')
  let sizeBytes: number | undefined

  function prepare(): number {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return statSync(current, { throwIfNoEntry: false })?.size ?? 0
  }
  function turn(): void {
    const [younger, oldest] = olderNames.map((name) => join(folder, name))
    if (younger === undefined || oldest === undefined) return
    rmSync(oldest, { force: true })
    moveIfThere(younger, oldest)
    moveIfThere(current, younger)
  }
  return {
    write(line) {
      try {
        sizeBytes ??= prepare()
        const bytes = Buffer.byteLength(line)
        if (sizeBytes + bytes > maxBytes) {
          turn()
          sizeBytes = 0
        }
        appendFileSync(current, line, { mode: 0o600 })
        sizeBytes += bytes
      } catch {
        sizeBytes = undefined // the folder is looked at again next time
      }
    },
  }
}

function moveIfThere(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, to)
}
