import type { EnvironmentName } from '#agent/machine/machine.ts'
import type { Watch } from '#agent/machine/watch.ts'
import { watchFile } from './file-watcher.ts'

/** Begins one watch; `tell` says that the reading may have changed. The returned function ends it. */
export type BeginWatch = (watch: Watch, tell: () => void) => () => void

type Watchers = {
  readonly [Kind in Watch['on']]: (watch: Extract<Watch, { readonly on: Kind }>, tell: () => void) => () => void
}

/** Whose folders `~/` in a path stands for: of this machine, what is needed to tell. */
type WhoseFolders = {
  host(): { readonly home: string }
  environment(name: EnvironmentName): string | undefined
}

const silent = () => () => undefined

/** One watcher per kind. A kind that cannot be watched yet is silent: the timer stands behind it. */
export function watchersOf(machine: WhoseFolders): BeginWatch {
  const watchers: Watchers = {
    file: (watch, tell) => watchFile(expanded(machine, watch.path), tell),
    'd-bus': silent, // joins with a D-Bus library
    registry: silent, // Windows
    session: silent, // told by the shell that knows the session
    timer: silent, // the monitor's own
  }
  return (watch, tell) => {
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
}

function expanded(machine: WhoseFolders, path: string): string {
  const config = machine.environment('XDG_CONFIG_HOME')
  if (config !== undefined && path.startsWith('~/.config/')) return config + path.slice('~/.config'.length)
  return path.startsWith('~/') ? machine.host().home + path.slice(1) : path
}
