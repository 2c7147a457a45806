import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { isStale } from './is-stale.ts'

/** Exact raw pathname → what is served there. No path is computed from an address, so nothing else can be reached. */
export type Pages = ReadonlyMap<string, { readonly body: Uint8Array; readonly type: string }>

const types: { readonly [ending: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}

/** What the windows are made of. */
const sources = ['renderer', 'src/contract', 'src/domain'] as const

/** The windows as the development shell serves them, built first where they were not since the sources changed. */
export async function servedWindows(root: string): Promise<Pages> {
  const folder = join(root, 'out', 'dev-shell', 'renderer')
  if (!(await isStale(join(folder, 'index.html'), root, sources))) return await readPages(folder)
  // Made beside it, so that whoever builds or reads at the same moment never sees half of it.
  const fresh = join(root, 'out', 'dev-shell', `.build-${process.pid}`)
  try {
    const { buildWindows } = await import('../packaging/build-windows.ts')
    await buildWindows('development', fresh)
    const pages = await readPages(fresh)
    await rm(folder, { recursive: true, force: true })
    await rename(fresh, folder).catch(() => undefined) // another one was quicker
    return pages
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

/** Every file of a folder, by its pathname; `/` is `index.html`. What has an unknown ending is left out. */
export async function readPages(folder: string): Promise<Pages> {
  const pages = new Map<string, { body: Uint8Array; type: string }>()
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const type = types[extname(file.name)]
    if (!file.isFile() || type === undefined) continue
    const path = join(file.parentPath, file.name)
    const name = `/${path.slice(folder.length + 1).replaceAll('\\', '/')}`
    const page = { body: await readFile(path), type }
    pages.set(name, page)
    if (name === '/index.html') pages.set('/', page)
  }
  return pages
}
