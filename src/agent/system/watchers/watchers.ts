import type { Watch } from '#agent/machine/watch.ts'
import { watchFile } from './file-watcher.ts'

type Watchers = {
  readonly [Kind in Watch['on']]: (watch: Extract<Watch, { readonly on: Kind }>, tell: () => void) => () => void
}

const silent = () => () => undefined

/** One watcher per kind. A kind that cannot be watched yet is silent: the timer stands behind it. */
const watchers: Watchers = {
  file: (watch, tell) => watchFile(watch.path, tell),
  'd-bus': silent, // joins with a D-Bus library
  registry: silent, // Windows
  session: silent, // told by the shell that knows the session
  timer: silent, // the monitor's own
}

/** Begins one watch; `tell` says that the reading may have changed. The returned function ends it. */
export function beginWatch(watch: Watch, tell: () => void): () => void {
  switch (watch.on) {
    case 'file':
      return watchers.file(watch, tell)
    case 'd-bus':
      return watchers['d-bus'](watch, tell)
    case 'registry':
      return watchers.registry(watch, tell)
    case 'session':
      return watchers.session(watch, tell)
    case 'timer':
      return watchers.timer(watch, tell)
  }
}
