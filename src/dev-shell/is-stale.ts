import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Whether a file was never built, or before one of the sources changed: folders below `root`. */
export async function isStale(built: string, root: string, sources: readonly string[]): Promise<boolean> {
  const madeAt = await stat(built).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined, // never built
  )
  if (madeAt === undefined) return true
  for (const source of sources) if ((await newestIn(join(root, source))) > madeAt) return true
  return false
}

async function newestIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const times = await Promise.all(files.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).mtimeMs))
  return Math.max(0, ...times)
}
