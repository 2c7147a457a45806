import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '#domain/failure.ts'
import { fileReason } from '#runtime/file-reason.ts'

/** Why nothing can be written into this folder, which is made where it is missing; undefined: something can. */
export function unwritable(folder: string): Failure<'state_unwritable'> | undefined {
  const probe = join(folder, `.probe-${process.pid}`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(probe, 'x', { mode: 0o600 })
    rmSync(probe)
    return undefined
  } catch (cause) {
    return new Failure('state_unwritable', { file: folder, reason: fileReason(cause) }, { cause })
  }
}
