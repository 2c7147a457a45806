import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { runChild } from '#tools/children.ts'

/** Builds `out` where there is none, or where a source is younger. */
export async function ensureBuilt(root: string, node: string, say: (what: string) => void): Promise<void> {
  const builtMs = await changedMs(join(root, 'out', 'cli', 'postern.js'))
  const newestMs = Math.max(await newestSourceMs(join(root, 'src')), (await changedMs(join(root, 'package.json'))) ?? 0)
  if (builtMs !== undefined && builtMs >= newestMs) return
  say(builtMs === undefined ? 'there is no out/, building it' : 'out/ is older than the sources, building it')
  const built = await runChild({ command: node, args: [join(root, 'src', 'packaging', 'build.ts')], cwd: root })
  if (built.code !== 0) throw new Error(`the build failed: ${built.stderr}`)
}

async function newestSourceMs(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const ofProduct = entries.filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(folder, 'tools')))
  const times = await Promise.all(ofProduct.map((entry) => changedMs(join(entry.parentPath, entry.name))))
  return Math.max(0, ...times.map((time) => time ?? 0))
}

async function changedMs(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs
  } catch {
    return undefined
  }
}
