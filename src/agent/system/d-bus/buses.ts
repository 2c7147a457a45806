import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { sessionBusAddresses, systemBusAddresses } from './bus-address.ts'
import { openBusLink } from './bus-link.ts'
import { type MessageBus, messageBus } from './message-bus.ts'

export type Buses = { readonly system: MessageBus; readonly session: MessageBus }

/** The two buses of this machine and session. Neither is connected before it is used. */
export function messageBuses(from: {
  readonly environment: { readonly [name: string]: string | undefined }
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
}): Buses {
  const ports = { ...from, openLink: openBusLink(from.clock) }
  return {
    system: messageBus({ ...ports, addresses: systemBusAddresses(from.environment) }),
    session: messageBus({ ...ports, addresses: sessionBusAddresses(from.environment) }),
  }
}
