import type { MessageBus } from './d-bus/message-bus.ts'

const service = 'org.freedesktop.secrets'
const telling: ReadonlySet<string> = new Set(['PropertiesChanged', 'CollectionChanged', 'CollectionCreated'])

/**
 * Tells when the session's Secret Service may have been unlocked, or has come (Secret Service API 0.2, "Signals"). A hint:
 * whoever is told asks. It starts no service and opens no prompt.
 */
export function followSecretService(session: Pick<MessageBus, 'follow' | 'followOwner'>, tell: () => void): () => void {
  let isKnown = false
  const ends = [
    session.followOwner(service, (ownership) => {
      if (isKnown && ownership === 'owned') tell()
      isKnown ||= ownership !== 'unknown'
    }),
    session.follow(
      { from: service },
      {
        onSignal({ member, body }) {
          if (telling.has(member) && !saysLocked(body)) tell()
        },
      },
    ),
  ]
  return () => {
    for (const end of ends) end()
  }
}

/** A collection that has just been locked, or whose other properties changed. */
function saysLocked([iface, changed]: readonly unknown[]): boolean {
  if (iface !== 'org.freedesktop.Secret.Collection') return iface === 'org.freedesktop.Secret.Item'
  return typeof changed === 'object' && changed !== null && 'Locked' in changed && changed.Locked === true
}
