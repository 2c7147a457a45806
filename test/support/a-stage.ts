import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder, and everything that was started for a test: ended last first, before the folder goes. */
export type Stage = {
  readonly folder: string
  onEnd(act: () => unknown): void
  end(): Promise<void>
}

/** Others may pass through the folder, so that programs of another user can be shown what lies in it. */
export async function aStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-'))
  await chmod(folder, 0o711)
  const acts: (() => unknown)[] = []
  return {
    folder,
    onEnd: (act) => acts.push(act),
    async end() {
      for (const act of acts.splice(0).reverse()) await act()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
