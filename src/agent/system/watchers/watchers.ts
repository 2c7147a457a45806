import type { EnvironmentName } from '#agent/machine/machine.ts'
import type { Watch } from '#agent/machine/watch.ts'
import type { MessageBus } from '#agent/system/d-bus/message-bus.ts'
import { watchBusName } from './bus-watcher.ts'
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

/** What a system has beside files that tells of changes. */
export type WatchSources = {
  readonly buses?: { readonly [Bus in 'system' | 'session']: Pick<MessageBus, 'call' | 'follow' | 'followOwner'> }
  readonly onWoken?: (tell: () => void) => () => void
  readonly onUnlock?: (tell: () => void) => () => void
}

const silent = () => () => undefined

/** One watcher per kind. A kind that cannot be watched here is silent: the timer stands behind it. */
export function watchersOf(machine: WhoseFolders, sources: WatchSources = {}): BeginWatch {
  const { buses, onWoken = silent, onUnlock = silent } = sources
  const sessionChanges = { started: silent, woken: onWoken, unlocked: onUnlock } // at the start everything is read anyway
  const watchers: Watchers = {
    file: (watch, tell) => watchFile(expanded(machine, watch.path), tell),
    'd-bus': (watch, tell) => (buses === undefined ? silent() : watchBusName(buses[watch.bus], watch.name, tell)),
    registry: silent, // Windows
    session: (watch, tell) => sessionChanges[watch.change](tell),
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
