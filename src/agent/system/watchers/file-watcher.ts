import { type FSWatcher, watch as watchPath } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'

/**
 * Tells when a file or folder may have changed, appeared or gone, wherever a link leads: `tell` is called once or more
 * per change, never at the start. What cannot be watched is silent; the timer behind every watch covers it. The
 * returned function ends it.
 */
export function watchFile(path: string, tell: () => void): () => void {
  let hasEnded = false
  let watchers: readonly FSWatcher[] = []
  let arming = 0

  const endAll = () => {
    for (const watcher of watchers) watcher.close()
    watchers = []
  }
  const arm = async () => {
    const turn = ++arming
    const places = await placesToWatch(path)
    if (hasEnded || turn !== arming) return
    endAll()
    watchers = places.flatMap((place) => {
      const watcher = tryWatch(place, (structureChanged) => {
        if (structureChanged) void arm() // what was watched may be another file now
        tell()
      })
      return watcher === undefined ? [] : [watcher]
    })
    // Whatever came between the look and the watch was told by nobody.
    const now = await placesToWatch(path)
    if (hasEnded || turn !== arming || isDeepStrictEqual(now, places)) return
    void arm()
    tell()
  }
  void arm()
  return () => {
    hasEnded = true
    endAll()
  }
}

/** A folder to watch, and the one name in it that matters; without a name every entry does. */
type Place = { readonly folder: string; readonly name?: string }

async function placesToWatch(path: string): Promise<readonly Place[]> {
  const real = await realpath(path).catch(() => undefined)
  const places: Place[] = [await nearest(path)]
  if (real !== undefined && real !== path) places.push({ folder: dirname(real), name: basename(real) })
  if (real !== undefined && (await isFolder(real))) places.push({ folder: real })
  return places
}

/** The nearest folder above that exists, and the entry whose coming would lead on to the path. */
async function nearest(path: string): Promise<Place> {
  for (let below = path; ; below = dirname(below)) {
    const folder = dirname(below)
    if (folder === below || (await isFolder(folder))) return { folder, name: basename(below) }
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  )
}

function tryWatch(place: Place, tell: (structureChanged: boolean) => void): FSWatcher | undefined {
  try {
    const watcher = watchPath(place.folder, { persistent: false }, (event, name) => {
      if (place.name === undefined || name === null || name === place.name) tell(event === 'rename')
    })
    watcher.on('error', () => watcher.close()) // the folder is gone, or the system's limit reached
    return watcher
  } catch {
    return undefined
  }
}
