import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '#runtime/clock.ts'
import { type CurrentValue, currentValue } from '#runtime/current-value.ts'
import type { MessageBus } from './d-bus/message-bus.ts'

/** What the machine and the person's session are at. Whatever nobody tells is as if there were nothing to tell. */
export type Session = {
  readonly power: 'mains' | 'battery'
  /** 0 to 100; undefined: there is no battery, or nobody tells. */
  readonly batteryPercent: number | undefined
  readonly isAsleep: boolean
  readonly isLocked: boolean
  /** For over ten minutes. */
  readonly isIdle: boolean
}

export type SessionWatch = Pick<CurrentValue<Session>, 'read' | 'onChange'> & {
  /** The lock was opened; desktops that only ask for it and never say so are not heard. */
  onUnlock(listener: () => void): () => void
  close(): void
}

const idleAfterMs = 10 * 60_000
const graphical: ReadonlySet<string> = new Set(['x11', 'wayland', 'mir'])
const atFirst: Session = { power: 'mains', batteryPercent: undefined, isAsleep: false, isLocked: false, isIdle: false }

const login = 'org.freedesktop.login1'
const manager = {
  destination: login,
  path: '/org/freedesktop/login1',
  iface: 'org.freedesktop.login1.Manager',
} as const
const sessionFace = 'org.freedesktop.login1.Session'
const upower = 'org.freedesktop.UPower'
const battery = '/org/freedesktop/UPower/devices/DisplayDevice'
const properties = 'org.freedesktop.DBus.Properties'

/**
 * Lock, idleness and sleep from logind (org.freedesktop.login1(5)), mains and battery from UPower. A signal is a hint:
 * what is so is asked, but for sleep, where no answer comes in time. Without the bus the last word stands, but nobody
 * stays asleep, locked or idle.
 */
export function sessionOnLinux(
  system: Pick<MessageBus, 'call' | 'follow' | 'followOwner' | 'property'>,
  clock: Clock,
): SessionWatch {
  const value = currentValue(atFirst)
  const unlocks = new Set<() => void>()
  let endSession = () => {}
  let cancelIdle = () => {}
  let sessionPath: string | undefined
  let round = 0 // which owner of the name an answer belongs to

  function change(part: Partial<Session>): void {
    const before = value.read()
    const next = { ...before, ...part }
    if (isDeepStrictEqual(next, before)) return
    value.replace(next)
    if (before.isLocked && !next.isLocked) for (const listener of [...unlocks]) listener()
  }
  const ask = async <Value>(of: Of, isRight: (value: unknown) => value is Value): Promise<Value | undefined> => {
    const answer = await system.property(of)
    return answer.kind === 'answered' && isRight(answer.value) ? answer.value : undefined
  }

  async function askSleep(): Promise<void> {
    change({ isAsleep: (await ask({ ...manager, name: 'PreparingForSleep' }, isBoolean)) ?? false })
  }
  /** The session of this process, else the one that the person sees (`auto`, logind 243 or newer). */
  async function findSession(): Promise<void> {
    const turn = ++round
    endSession()
    const answer = await system.call({ ...manager, member: 'GetSession', signature: 's', body: ['auto'] })
    const path = answer.kind === 'answered' ? answer.body[0] : undefined
    if (turn !== round) return
    sessionPath = typeof path === 'string' && /^\/[A-Za-z0-9_/]{1,200}$/.test(path) ? path : undefined
    if (sessionPath === undefined) return leaveSession()
    const again = () => void askSession()
    const ends = [
      system.follow({ from: login, path: sessionPath, iface: properties }, { onReady: again, onSignal: again }),
      system.follow({ from: login, path: sessionPath, iface: sessionFace }, { onSignal: again }),
    ]
    endSession = () => {
      for (const end of ends.splice(0)) end()
    }
  }
  function leaveSession(): void {
    cancelIdle()
    change({ isLocked: false, isIdle: false })
  }
  async function askSession(): Promise<void> {
    const path = sessionPath
    if (path === undefined) return
    const of = { destination: login, path, iface: sessionFace }
    const [type, isLocked, isIdle, since] = await Promise.all([
      ask({ ...of, name: 'Type' }, isText),
      ask({ ...of, name: 'LockedHint' }, isBoolean),
      ask({ ...of, name: 'IdleHint' }, isBoolean),
      ask({ ...of, name: 'IdleSinceHint' }, isMicroseconds),
    ])
    if (path !== sessionPath) return
    cancelIdle()
    change({ isLocked: isLocked ?? false })
    // Of a terminal logind only knows when a key was last pressed in it: work may go on there for hours.
    if (isIdle !== true || !graphical.has(type ?? '')) return change({ isIdle: false })
    const idleMs = since === undefined ? 0 : Math.max(0, clock.nowMs() - Number(since) / 1000)
    if (idleMs >= idleAfterMs) return change({ isIdle: true })
    change({ isIdle: false })
    cancelIdle = clock.setTimer(idleAfterMs - idleMs, () => change({ isIdle: true }))
  }
  async function askPower(): Promise<void> {
    const of = { destination: upower, path: '/org/freedesktop/UPower', iface: upower }
    const onBattery = await ask({ ...of, name: 'OnBattery' }, isBoolean)
    change({ power: onBattery === true ? 'battery' : 'mains' })
  }
  async function askBattery(): Promise<void> {
    const of = { destination: upower, path: battery, iface: `${upower}.Device` }
    const [isThere, percent] = await Promise.all([
      ask({ ...of, name: 'IsPresent' }, isBoolean),
      ask({ ...of, name: 'Percentage' }, isPercent),
    ])
    change({ batteryPercent: isThere === true && percent !== undefined ? Math.floor(percent) : undefined })
  }

  const ends = [
    system.followOwner(login, (ownership) => {
      if (ownership === 'owned') return void findSession()
      round += 1
      endSession()
      sessionPath = undefined
      leaveSession()
      change({ isAsleep: false })
    }),
    system.follow(
      { from: login, path: manager.path, iface: manager.iface, member: 'PrepareForSleep' },
      {
        onReady: () => void askSleep(),
        onSignal: ({ body: [begins] }) => change({ isAsleep: begins === true }),
      },
    ),
    system.follow(
      { from: upower, path: '/org/freedesktop/UPower', iface: properties },
      { onReady: () => void askPower(), onSignal: () => void askPower() },
    ),
    system.follow(
      { from: upower, path: battery, iface: properties },
      { onReady: () => void askBattery(), onSignal: () => void askBattery() },
    ),
  ]
  return {
    read: value.read,
    onChange: value.onChange,
    onUnlock(listener) {
      unlocks.add(listener)
      return () => unlocks.delete(listener)
    },
    close() {
      round += 1
      sessionPath = undefined
      cancelIdle()
      endSession()
      for (const end of ends) end()
      unlocks.clear()
    },
  }
}

type Of = Parameters<MessageBus['property']>[0]

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

function isPercent(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 100
}

function isMicroseconds(value: unknown): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number'
}
