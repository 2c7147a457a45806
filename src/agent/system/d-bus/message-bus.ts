import { type Clock, pause } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import type { BusLink, BusQuestion, BusReply, BusSignal, OpenLink } from './bus-link.ts'

export type BusAnswer = BusReply | { readonly kind: 'no-bus' } | { readonly kind: 'timed-out' }

/** Which signals: those of whoever owns `from` at that time, and of nobody else. What is left out matches everything. */
export type SignalRule = {
  readonly from: string
  readonly path?: string
  readonly iface?: string
  readonly member?: string
}

export type Follower = {
  /** It is followed from now on, so what it was before is to be asked now. Again whenever somebody else answers to the name. */
  readonly onReady?: () => void
  readonly onSignal: (signal: BusSignal) => void
}

/** Whether somebody answers to a name. `unknown`: not asked yet, or there is no bus. */
export type Ownership = 'owned' | 'free' | 'no-bus' | 'unknown'

/** The system's or the session's message bus. It is connected when first used, and again, by and by, when it went away. */
export type MessageBus = {
  /** Asks, for three seconds at most; never throws. */
  call(question: BusQuestion): Promise<BusAnswer>
  /** The one value of a property, or why there is none. */
  property(
    of: Omit<BusQuestion, 'member' | 'signature' | 'body'> & { readonly name: string },
  ): Promise<Exclude<BusAnswer, { readonly kind: 'answered' }> | { readonly kind: 'answered'; readonly value: unknown }>
  follow(rule: SignalRule, follower: Follower): () => void
  /** Tells at first and whenever it changes. */
  followOwner(name: string, tell: (ownership: Ownership) => void): () => void
  /** Ends the connection and whatever is followed. */
  close(): void
}

const bus = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  iface: 'org.freedesktop.DBus',
} as const
const askMs = 3000
const retryMs = { first: 1000, last: 10 * 60_000 } as const
/** A connection that lived this long was a success: the next loss begins with short waits again. */
const livedMs = 30_000

type Name = {
  owner: string | undefined
  ownership: Ownership
  changes: number
  learned: Promise<void>
  readonly listeners: Set<() => void>
}
type Follow = { readonly rule: SignalRule; readonly follower: Follower; isReady: boolean }

export function messageBus(ports: {
  /** In the order to be tried; empty: there is no such bus. */
  readonly addresses: readonly string[]
  readonly openLink: OpenLink
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
}): MessageBus {
  const { clock, log } = ports
  const names = new Map<string, Name>()
  const follows = new Set<Follow>()
  let link: BusLink | undefined
  let opening: Promise<BusLink | undefined> | undefined
  let failures = 0
  let openedAt = 0
  let cancelRetry = () => {}
  let isClosed = false

  function connected(): Promise<BusLink | undefined> {
    if (link !== undefined || isClosed) return Promise.resolve(link)
    opening ??= open().finally(() => {
      opening = undefined
    })
    return opening
  }
  async function open(): Promise<BusLink | undefined> {
    cancelRetry()
    for (const address of ports.addresses) {
      const opened = await ports.openLink(address, { onSignal: take, onEnd: lost }).catch((thrown: unknown) => {
        if (failures === 0) log.info('d-bus.not-reached', { address, reason: reasonOf(thrown) })
      })
      if (opened === undefined) continue
      if (isClosed) return void opened.close()
      link = opened
      openedAt = clock.nowMs()
      for (const [name, known] of names) known.learned = learnOwner(name)
      for (const follow of follows) void begin(follow)
      return opened
    }
    unreachable()
    return undefined
  }
  function lost(): void {
    link = undefined
    for (const follow of follows) follow.isReady = false
    if (clock.nowMs() - openedAt >= livedMs) failures = 0
    log.info('d-bus.lost', {})
    unreachable()
  }
  function unreachable(): void {
    for (const name of [...names.keys()]) setOwner(name, undefined, 'no-bus')
    if (isClosed || ports.addresses.length === 0 || names.size === 0) return
    failures += 1
    const bound = Math.min(retryMs.last, retryMs.first * 2 ** Math.min(failures, 16))
    cancelRetry()
    cancelRetry = clock.setTimer(
      Math.max(retryMs.first / 2, Math.floor(ports.random() * bound)),
      () => void connected(),
    )
  }

  async function call(question: BusQuestion): Promise<BusAnswer> {
    const through = await connected()
    if (through === undefined) return { kind: 'no-bus' }
    const limit = new AbortController()
    const late = pause(clock, askMs, limit.signal).then(
      () => ({ kind: link === through ? 'timed-out' : 'no-bus' }) as const,
    )
    const answer = await Promise.race([through.call(question), late])
    limit.abort()
    return answer
  }
  async function match(rule: string, member: 'AddMatch' | 'RemoveMatch'): Promise<void> {
    if (link === undefined) return
    const answer = await call({ ...bus, member, signature: 's', body: [rule] })
    if (answer.kind === 'refused') log.warn('d-bus.not-followed', { error: answer.error })
  }

  // Who owns a name, kept while somebody asks for it.
  function nameOf(name: string): Name {
    const known = names.get(name)
    if (known !== undefined) return known
    const made: Name = {
      owner: undefined,
      ownership: 'unknown',
      changes: 0,
      learned: Promise.resolve(),
      listeners: new Set(),
    }
    names.set(name, made)
    if (link === undefined) void connected()
    else made.learned = learnOwner(name)
    return made
  }
  async function learnOwner(name: string): Promise<void> {
    await match(ownerRule(name), 'AddMatch')
    const before = names.get(name)?.changes
    const answer = await call({ ...bus, member: 'GetNameOwner', signature: 's', body: [name] })
    if (names.get(name)?.changes !== before) return // told meanwhile
    const owner = answer.kind === 'answered' && typeof answer.body[0] === 'string' ? answer.body[0] : undefined
    if (owner !== undefined) setOwner(name, owner, 'owned')
    else if (answer.kind === 'refused') setOwner(name, undefined, 'free')
  }
  function setOwner(name: string, owner: string | undefined, ownership: Ownership): void {
    const known = names.get(name)
    if (known === undefined || (known.owner === owner && known.ownership === ownership)) return
    Object.assign(known, { owner, ownership, changes: known.changes + 1 })
    for (const listener of [...known.listeners]) guarded(listener)
  }
  function listenTo(name: string, listener: () => void): () => void {
    const known = nameOf(name)
    known.listeners.add(listener)
    return () => {
      if (!known.listeners.delete(listener) || known.listeners.size > 0) return
      names.delete(name)
      void match(ownerRule(name), 'RemoveMatch')
      if (names.size === 0) cancelRetry()
    }
  }

  async function begin(follow: Follow): Promise<void> {
    const through = link
    await Promise.all([match(ruleText(follow.rule), 'AddMatch'), names.get(follow.rule.from)?.learned])
    if (link !== through || !follows.has(follow)) return
    follow.isReady = true
    guarded(() => follow.follower.onReady?.())
  }
  function take(signal: BusSignal): void {
    if (signal.sender === bus.destination && signal.member === 'NameOwnerChanged' && signal.iface === bus.iface) {
      const [name, , owner] = signal.body
      if (typeof name === 'string' && typeof owner === 'string')
        setOwner(name, owner === '' ? undefined : owner, owner === '' ? 'free' : 'owned')
    }
    for (const { rule, follower } of [...follows])
      if (isMeant(rule, signal, names.get(rule.from)?.owner)) guarded(() => follower.onSignal(signal))
  }
  function guarded(tell: () => void): void {
    try {
      tell()
    } catch (thrown) {
      log.error('d-bus.listener-broke', { err: thrown })
    }
  }

  return {
    call,
    async property({ name, ...of }) {
      const iface = 'org.freedesktop.DBus.Properties'
      const answer = await call({ ...of, iface, member: 'Get', signature: 'ss', body: [of.iface, name] })
      return answer.kind === 'answered' ? { kind: 'answered', value: answer.body[0] } : answer
    },
    follow(rule, follower) {
      const follow: Follow = { rule, follower, isReady: false }
      follows.add(follow)
      const leaveName = listenTo(rule.from, () => {
        if (follow.isReady) follower.onReady?.()
      })
      if (link !== undefined) void begin(follow)
      return () => {
        if (!follows.delete(follow)) return
        void match(ruleText(rule), 'RemoveMatch')
        leaveName()
      }
    },
    followOwner(name, tell) {
      const leave = listenTo(name, () => tell(names.get(name)?.ownership ?? 'unknown'))
      const now = names.get(name)?.ownership ?? 'unknown'
      if (now !== 'unknown') tell(now)
      return leave
    },
    close() {
      isClosed = true
      cancelRetry()
      follows.clear()
      names.clear()
      link?.close()
      link = undefined
    },
  }
}

function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown
  return cause instanceof Error ? cause.message : String(cause)
}

function isMeant(rule: SignalRule, signal: BusSignal, owner: string | undefined): boolean {
  return (
    owner !== undefined &&
    signal.sender === owner &&
    (rule.path === undefined || rule.path === signal.path) &&
    (rule.iface === undefined || rule.iface === signal.iface) &&
    (rule.member === undefined || rule.member === signal.member)
  )
}

/** The parts are names of this program or paths that were checked: none holds a quote. */
function ruleText({ from, path, iface, member }: SignalRule): string {
  const parts = { sender: from, path, interface: iface, member }
  const named = Object.entries(parts).flatMap(([name, value]) => (value === undefined ? [] : [`,${name}='${value}'`]))
  return `type='signal'${named.join('')}`
}

function ownerRule(name: string): string {
  return `type='signal',sender='${bus.destination}',path='${bus.path}',member='NameOwnerChanged',arg0='${name}'`
}
