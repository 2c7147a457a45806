import type { MessageBus, SignalRule } from '#agent/system/d-bus/message-bus.ts'

type Followed = { readonly rules: readonly SignalRule[]; readonly subscribe?: true }

const systemd = 'org.freedesktop.systemd1'
const systemdManager = { from: systemd, path: '/org/freedesktop/systemd1', iface: 'org.freedesktop.systemd1.Manager' }

/** Services that say too much, and what of it counts: of systemd, that a unit was started, stopped, enabled or changed. */
const special: { readonly [name: string]: Followed | undefined } = {
  [systemd]: {
    rules: [
      { ...systemdManager, member: 'JobRemoved' },
      { ...systemdManager, member: 'UnitFilesChanged' },
    ],
    subscribe: true, // it tells nothing before (org.freedesktop.systemd1(5))
  },
}

/**
 * Tells when a service says that something changed, and when it comes or goes; never at the start. It is never started
 * for this. Without the bus it is silent: the timer behind every watch covers it.
 */
export function watchBusName(
  bus: Pick<MessageBus, 'call' | 'follow' | 'followOwner'>,
  name: string,
  tell: () => void,
): () => void {
  const { rules, subscribe } = special[name] ?? { rules: [{ from: name }] }
  let isKnown = false
  const ends = [
    bus.followOwner(name, (ownership) => {
      if (ownership !== 'owned' && ownership !== 'free') return
      if (isKnown) tell()
      isKnown = true
    }),
    ...rules.map((rule, index) =>
      bus.follow(rule, {
        onReady() {
          if (subscribe === true && index === 0)
            void bus.call({
              destination: name,
              path: systemdManager.path,
              iface: systemdManager.iface,
              member: 'Subscribe',
            })
        },
        onSignal: tell,
      }),
    ),
  ]
  return () => {
    for (const end of ends) end()
  }
}
