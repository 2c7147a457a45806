import { describe, expect, it } from 'vitest'
import { judgeKscreenlocker } from '#agent/probes/screen-lock/kscreenlocker.ts'
import { screenLockOnLinux } from '#agent/probes/screen-lock/screen-lock.linux.ts'
import { judgeXfce } from '#agent/probes/screen-lock/xfce4-screensaver.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'

const take = (desktop: string | undefined, parts: LinuxMachineParts = {}) =>
  screenLockOnLinux.take(
    aLinuxMachine({ ...parts, environment: desktop === undefined ? {} : { XDG_CURRENT_DESKTOP: desktop } }),
  )
const observed = (value: object) => ({ kind: 'observed', value })

type Schema = { readonly [key: string]: string }
const gsettings = (
  desktop: 'gnome.desktop' | 'cinnamon.desktop' | 'mate',
  screensaver: Schema,
  session: Schema,
  lockdown: Schema = {},
) => {
  const schemas = { screensaver, session, lockdown: { 'disable-lock-screen': 'false', ...lockdown } }
  const programs = Object.entries(schemas).map(([name, keys]) => {
    const schema = `org.${desktop}.${name}`
    const lines = Object.entries(keys).map(([key, value]) => `${schema} ${key} ${value}\n`)
    return [`gsettings list-recursively ${schema}`, { stdout: lines.join('') }] as const
  })
  return { programs: Object.fromEntries(programs) }
}
const locked = { 'lock-enabled': 'true', 'lock-delay': 'uint32 0' }

describe('a machine without a desktop', () => {
  it('is unknown, whatever gsettings would print', async () => {
    const machine = aLinuxMachine(gsettings('gnome.desktop', locked, { 'idle-delay': 'uint32 300' }))
    expect(await screenLockOnLinux.take(machine)).toEqual({ kind: 'unknown', why: 'not-present', source: 'session' })
    expect(machine.asked).toEqual([])
  })
})

describe('a desktop that leaves locking to others', () => {
  it.each(['sway', 'Hyprland', 'i3', 'LXQt', 'Unity:Unity7:ubuntu', 'Budgie:GNOME', 'COSMIC', 'GNOMEish'])(
    '%s is unknown',
    async (desktop) => {
      const parts = gsettings('gnome.desktop', locked, { 'idle-delay': 'uint32 300' })
      expect(await take(desktop, parts)).toMatchObject({ kind: 'unknown', why: 'not-supported-here' })
    },
  )
})

describe('GNOME', () => {
  const gnome = (screensaver: Schema, idle: string, lockdown?: Schema) =>
    take('ubuntu:GNOME', gsettings('gnome.desktop', screensaver, { 'idle-delay': idle }, lockdown))

  it('locks after the screen gets dark', async () => {
    const reading = await gnome({ ...locked, 'lock-delay': 'uint32 30' }, 'uint32 300')
    expect(reading).toEqual({ ...observed({ locks: true, delaySeconds: 30, idleSeconds: 300 }), source: 'gsettings' })
  })
  it('never gets dark by itself with 0', async () => {
    expect(await gnome(locked, 'uint32 0')).toEqual({
      ...observed({ locks: true, delaySeconds: 0 }),
      source: 'gsettings',
    })
  })
  it('does not lock when it is switched off, by the user or by policy', async () => {
    expect(await gnome({ ...locked, 'lock-enabled': 'false' }, 'uint32 300')).toMatchObject(observed({ locks: false }))
    expect(await gnome(locked, 'uint32 300', { 'disable-lock-screen': 'true' })).toMatchObject(
      observed({ locks: false }),
    )
  })
  it.each([
    [{ 'lock-delay': 'uint32 0' }, 'uint32 300'],
    [{ ...locked, 'lock-enabled': 'tru' }, 'uint32 300'],
    [{ ...locked, 'lock-delay': "'soon'" }, 'uint32 300'],
    [locked, 'uint32'],
  ])('is unknown with %j and %j', async (screensaver, idle) => {
    expect((await gnome(screensaver, idle)).kind).toBe('unknown')
  })
  it('is unknown when its settings are not kept anywhere', async () => {
    const { programs } = gsettings('gnome.desktop', locked, { 'idle-delay': 'uint32 300' })
    const stderr = "GLib-GIO-Message: Using the 'memory' GSettings backend. Your settings will not be saved\n"
    const forgetful = Object.fromEntries(
      Object.entries(programs).map(([call, answer]) => [call, { ...answer, stderr }]),
    )
    expect(await take('GNOME', { programs: forgetful })).toMatchObject({ kind: 'unknown', why: 'incomplete' })
  })
  it('is unknown when gsettings fails, is absent or too slow', async () => {
    expect(await take('GNOME')).toMatchObject({ kind: 'unknown', why: 'not-present' })
    expect(await take('GNOME', { programs: { gsettings: { kind: 'timed-out' } } })).toMatchObject({ why: 'timed-out' })
    expect(await take('GNOME', { programs: { gsettings: { code: 1 } } })).toMatchObject({
      kind: 'unknown',
      why: 'failed',
    })
  })
})

describe('Cinnamon and MATE', () => {
  it('keep theirs in schemas of their own', async () => {
    const parts = gsettings('cinnamon.desktop', { ...locked, 'lock-delay': 'uint32 2' }, { 'idle-delay': 'uint32 900' })
    expect(await take('X-Cinnamon', parts)).toMatchObject(observed({ locks: true, delaySeconds: 2, idleSeconds: 900 }))
  })
  it('count minutes in MATE, whose screen saver can be off', async () => {
    const saver = { 'lock-enabled': 'true', 'lock-delay': '1', 'idle-activation-enabled': 'true' }
    const mate = (more: Schema) => take('MATE', gsettings('mate', { ...saver, ...more }, { 'idle-delay': '5' }))
    expect(await mate({})).toMatchObject(observed({ locks: true, delaySeconds: 60, idleSeconds: 300 }))
    const sleepless = await mate({ 'idle-activation-enabled': 'false' })
    expect(sleepless).toEqual({ ...observed({ locks: true, delaySeconds: 60 }), source: 'gsettings' })
  })
})

describe('KDE', () => {
  const user = (text: string) => judgeKscreenlocker({ user: text })

  it('has defaults where nothing is set, and says that they are', async () => {
    const value = { locks: true, delaySeconds: 5, idleSeconds: 300, by: 'default' }
    expect(await take('KDE')).toEqual({ ...observed(value), source: 'kscreenlockerrc' })
  })
  it.each([
    ['[Daemon]\nAutolock=false\n', { locks: false, by: 'user' }],
    ['[Daemon]\nTimeout=10\nLockGrace=0\n', { locks: true, delaySeconds: 0, idleSeconds: 600, by: 'user' }],
    ['[Daemon]\nTimeout=0\n', { locks: true, delaySeconds: 5, by: 'user' }],
    ['[Greeter]\nTimeout=1\n', { locks: true, delaySeconds: 5, idleSeconds: 300, by: 'default' }],
  ])('%j', (text, value) => {
    expect(user(text)).toEqual({ ...observed(value), source: 'kscreenlockerrc' })
  })
  it('lets the system’s file decide what it marks as fixed', () => {
    const own = '[Daemon]\nAutolock=false\nTimeout=60\n'
    const whole = '[Daemon][$i]\nAutolock=true\nTimeout=5\nLockGrace=5\n'
    expect(judgeKscreenlocker({ system: whole, user: own })).toMatchObject(
      observed({ locks: true, idleSeconds: 300, by: 'policy' }),
    )
    const one = '[Daemon]\nAutolock[$i]=true\n'
    expect(judgeKscreenlocker({ system: one, user: own })).toMatchObject(
      observed({ locks: true, idleSeconds: 3600, by: 'user' }),
    )
    const none = '[Daemon]\nAutolock=true\n'
    expect(judgeKscreenlocker({ system: none, user: own })).toMatchObject(observed({ locks: false, by: 'user' }))
  })
  it.each([
    '[Daemon]\nTimeout=15',
    '[Daemon]\nAutolock=tru\n',
    '[Daemon]\nAutolock=\n',
    '[Daemon]\nTimeout=-1\n',
    '[Daemon]\nTime',
  ])('is unknown with %j', (text) => {
    expect(user(text).kind).toBe('unknown')
  })
  it('is unknown when its file may not be read', async () => {
    const path = '/home/ada/.config/kscreenlockerrc'
    expect(await take('KDE', { files: { [path]: '' }, denied: [path] })).toMatchObject({
      kind: 'unknown',
      why: 'denied',
    })
  })
})

describe('XFCE', () => {
  const listing = '/saver/idle-activation/delay   10\n/lock/saver-activation/delay  1\n/saver/mode  0\n'
  const programs = { 'xfconf-query': { stdout: listing } }

  it('is asked only while its own saver runs', async () => {
    expect(await take('XFCE', { programs, processes: ['systemd', 'light-locker'] })).toMatchObject({ kind: 'unknown' })
    const parts = { programs, processes: ['systemd', 'xfce4-screensav'] }
    expect(await take('XFCE', parts)).toMatchObject(observed({ locks: true, delaySeconds: 60, idleSeconds: 600 }))
  })
  it.each([
    ['/lock/enabled false\n', { locks: false }],
    ['/lock/saver-activation/enabled false\n', { locks: false }],
    ['/saver/enabled  false\n', { locks: true, delaySeconds: 0 }],
    ['', { locks: true, delaySeconds: 0, idleSeconds: 300 }],
  ])('%j', (text, value) => {
    expect(judgeXfce(text)).toEqual({ ...observed(value), source: 'xfconf' })
  })
  it.each(['/lock/enabled', '/lock/enabled fals\n', 'Channel does not exist\n', '/saver/idle-activation/delay ten\n'])(
    'is unknown with %j',
    (text) => {
      expect(judgeXfce(text).kind).toBe('unknown')
    },
  )
  it('is asked anew each time, since its saver may have ended', async () => {
    const machine = aLinuxMachine({ environment: { XDG_CURRENT_DESKTOP: 'XFCE' } })
    expect(await screenLockOnLinux.inputs?.(machine)).toContain('/proc')
  })
})
