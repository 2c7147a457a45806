import { EventEmitter } from 'node:events'
import { Socket } from 'node:net'
import type { Clock } from '#runtime/clock.ts'

/** One question over the bus. Values stand as the signature says (D-Bus specification, "Type system"). */
export type BusQuestion = {
  readonly destination: string
  readonly path: string
  readonly iface: string
  readonly member: string
  readonly signature?: string
  readonly body?: readonly unknown[]
  /** Whether the bus may start who is asked; otherwise only who runs answers. */
  readonly mayStart?: boolean
}

/** Values of variants are given without their wrapping: whoever reads them checks their form. */
export type BusReply =
  | { readonly kind: 'answered'; readonly body: readonly unknown[] }
  | { readonly kind: 'refused'; readonly error: string }

export type BusSignal = {
  /** The unique name: the bus itself says who it is. */
  readonly sender: string
  readonly path: string
  readonly iface: string
  readonly member: string
  readonly body: readonly unknown[]
}

/** One connection to a message bus. It never throws; once it has ended nothing follows. */
export type BusLink = {
  /** Stays open for ever if nobody answers, or the link ends: who asks sets a limit. */
  call(question: BusQuestion): Promise<BusReply>
  close(): void
}

export type LinkListener = {
  readonly onSignal: (signal: BusSignal) => void
  /** Once, after it stood. */
  readonly onEnd: () => void
}

/** Rejects when no bus answers at the address in time. */
export type OpenLink = (address: string, listener: LinkListener) => Promise<BusLink>

const openMs = 5000
/** No answer we ask for comes near; whoever sends more than this is not listened to any longer. */
const mostBytes = 1024 * 1024
/** Deeper than the bus lets values be nested (D-Bus specification, "Valid signatures"). */
const deepest = 70

/** Loads the library, which costs memory, when the first bus is used. This is the only file that knows it. */
export function openBusLink(clock: Pick<Clock, 'setTimer'>): OpenLink {
  return async (address, listener) => {
    const { Message, MessageFlag, Variant, sessionBus } = await import('@jellybrick/dbus-next')
    const plain = (value: unknown, depth = 0): unknown => {
      if (depth > deepest) return undefined
      if (value instanceof Variant) return plain(value.value, depth + 1)
      if (Array.isArray(value)) return value.map((one) => plain(one, depth + 1))
      if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one, depth + 1)]))
    }

    return new Promise((resolve, reject) => {
      let state: 'opening' | 'open' | 'ended' = 'opening'
      let waiting = 0
      const end = (cause?: unknown) => {
        if (state === 'ended') return
        const before = state
        state = 'ended'
        cancelLimit()
        streamOf()?.destroy()
        if (before === 'opening') reject(new Error('no message bus answers', { cause }))
        else listener.onEnd()
      }
      const cancelLimit = clock.setTimer(openMs, () => end('too late'))

      // Without an address of its own the library would look around and start programs; it always gets one.
      const bus = sessionBus({ busAddress: address, authMethods: ['EXTERNAL'] })
      const connection: unknown = Reflect.get(bus, '_connection') // its end is told nowhere else
      const streamOf = () => {
        const opened: unknown = connection instanceof EventEmitter ? Reflect.get(connection, 'stream') : undefined
        return opened instanceof Socket ? opened : undefined
      }
      if (!(connection instanceof EventEmitter)) return end('the library has changed')
      EventEmitter.prototype.on.call(bus, 'error', end)
      connection.on('end', () => end())
      connection.once('connect', () => {
        const opened = streamOf()
        if (opened === undefined) return end('the library has changed')
        if (state === 'ended') return void opened.destroy() // it came too late
        opened.once('close', () => end())
        queueMicrotask(() => guardReading(opened, end))
      })
      bus.on('message', (message) => {
        if (message.type !== 4 || state !== 'open') return
        const { sender, path, interface: iface, member } = message
        listener.onSignal({ sender, path, iface, member, body: message.body.map((one) => plain(one)) })
      })
      bus.once('connect', () => {
        if (state !== 'opening') return
        state = 'open'
        cancelLimit()
        streamOf()?.unref() // to listen alone keeps no process running
        resolve({
          async call(question) {
            const { iface, mayStart, body = [], ...rest } = question
            waiting += 1
            streamOf()?.ref()
            try {
              const flags = mayStart === true ? 0 : MessageFlag.NO_AUTO_START
              const answer = await bus.call(new Message({ ...rest, interface: iface, flags, body: [...body] }))
              return { kind: 'answered', body: (answer?.body ?? []).map((one) => plain(one)) }
            } catch (thrown) {
              return { kind: 'refused', error: errorName(thrown) }
            } finally {
              waiting -= 1
              if (waiting === 0) streamOf()?.unref()
            }
          },
          close: () => end(),
        })
      })
    })
  }
}

/**
 * The library reads messages where a throw would end the process, and takes any length. Both end the connection here:
 * the bus lets nothing through that is malformed, so this is no bus.
 */
function guardReading(stream: Socket, end: (cause: unknown) => void): void {
  const readers = stream.listeners('readable')
  stream.removeAllListeners('readable')
  stream.on('readable', () => {
    try {
      for (const read of readers) Reflect.apply(read, stream, [])
    } catch (thrown) {
      return end(thrown)
    }
    // To wait for a long message the stream raises its mark, before any of it is kept.
    if (stream.readableHighWaterMark > mostBytes) end('it sends too much')
  })
}

function errorName(thrown: unknown): string {
  if (thrown instanceof Error && 'type' in thrown && typeof thrown.type === 'string') return thrown.type
  return 'dev.postern.NotSent'
}
