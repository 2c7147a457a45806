import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder of this test alone, gone when it ends. */
export async function aFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'postern-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}
