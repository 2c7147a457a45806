import { EventEmitter } from 'node:events'
import { Message, type MessageBus, sessionBus, type Variant } from '@jellybrick/dbus-next'

/** A program of a test on a bus: answers calls, sends signals, owns names. */
export type BusService = {
  /** Answers calls of one interface at one path. A method gets the values of its question and who asked. */
  serve(path: string, iface: string, members: Members): void
  own(name: string): Promise<void>
  disown(name: string): Promise<void>
  /** To everybody, or to one connection by its unique name. */
  signal(path: string, iface: string, member: string, signature: string, body: readonly unknown[], to?: string): void
  call(question: ConstructorParameters<typeof Message>[0]): Promise<readonly unknown[]>
  readonly bus: MessageBus
  end(): void
}

export type Answer = { readonly signature: string; readonly body: readonly unknown[] }
export type Members = {
  /** Asked anew each time; `undefined` says there is none. */
  readonly property?: (name: string) => Variant | undefined
  /** `silent` never answers; `undefined` says there is no such method. */
  readonly method?: (name: string, body: readonly unknown[], sender: string) => Answer | 'silent' | undefined
}

export const nothing: Answer = { signature: '', body: [] }

export async function aBusService(address: string): Promise<BusService> {
  const bus = sessionBus({ busAddress: address, authMethods: ['EXTERNAL'] })
  await new Promise<void>((resolve, reject) => {
    bus.once('connect', resolve)
    EventEmitter.prototype.once.call(bus, 'error', reject)
  })
  EventEmitter.prototype.on.call(bus, 'error', () => undefined) // the bus may die under it
  const served = new Map<string, Members>()
  const unknown = (message: Message) =>
    bus.send(Message.newError(message, 'org.freedesktop.DBus.Error.UnknownMethod', 'there is none'))

  bus.addMethodHandler((message) => {
    const { path, member, body } = message
    if (message.interface === 'org.freedesktop.DBus.Properties' && member === 'Get') {
      const value = served.get(`${path} ${String(body[0])}`)?.property?.(String(body[1]))
      if (value === undefined) unknown(message)
      else bus.send(Message.newMethodReturn(message, 'v', [value]))
      return true
    }
    const answer = served.get(`${path} ${message.interface}`)?.method?.(member, body, message.sender)
    if (answer === undefined) return false
    if (answer !== 'silent') bus.send(Message.newMethodReturn(message, answer.signature, [...answer.body]))
    return true
  })

  return {
    bus,
    serve: (path, iface, members) => void served.set(`${path} ${iface}`, members),
    async own(name) {
      await bus.requestName(name)
    },
    async disown(name) {
      await bus.releaseName(name)
    },
    signal(path, iface, member, signature, body, to) {
      const signal = Message.newSignal(path, iface, member, signature, [...body])
      if (to !== undefined) signal.destination = to
      bus.send(signal)
    },
    async call(question) {
      return (await bus.call(new Message(question)))?.body ?? []
    },
    end: () => bus.disconnect(),
  }
}
