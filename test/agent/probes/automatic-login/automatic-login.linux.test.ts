import { describe, expect, it } from 'vitest'
import { automaticLoginOnLinux } from '#agent/probes/automatic-login/automatic-login.linux.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'

const take = (parts: LinuxMachineParts) => automaticLoginOnLinux.take(aLinuxMachine(parts))
const at = (path: string, text: string) => take({ files: { [path]: text } })
const isOn = { kind: 'observed', value: { state: 'on' } }
const isOff = { kind: 'observed', value: { state: 'off' } }

const gdm = '/etc/gdm3/custom.conf'
const dropIn = '/etc/systemd/system/getty@tty1.service.d/autologin.conf'

describe('a machine on which no login program was set up', () => {
  it('signs nobody in', async () => {
    expect(await take({})).toEqual({ kind: 'observed', value: { state: 'off' }, source: 'login-settings' })
  })
})

describe('a login program that signs somebody in', () => {
  it.each([
    [gdm, '[daemon]\nAutomaticLoginEnable = true\nAutomaticLogin = ada\n'],
    ['/etc/gdm3/daemon.conf', '[daemon]\nAutomaticLoginEnable=True\nAutomaticLogin=ada'],
    ['/etc/gdm/custom.conf', '[daemon]\nTimedLoginEnable=true\nTimedLogin=ada\nTimedLoginDelay=5\n'],
    ['/etc/sddm.conf', '[Autologin]\nUser=ada\nSession=plasma\n'],
    ['/etc/sddm.conf.d/autologin.conf', '[Autologin]\nUser=ada\n'],
    ['/usr/lib/sddm/sddm.conf.d/live.conf', '[Autologin]\nUser=live\n'],
    ['/etc/plasmalogin.conf', '[Autologin]\nUser=ada\n'],
    ['/etc/lightdm/lightdm.conf', '[Seat:*]\nautologin-user=ada\n'],
    ['/etc/lightdm/lightdm.conf', '[SeatDefaults]\nautologin-user=ada\n'],
    ['/etc/lightdm/lightdm.conf.d/50.conf', '[Seat:seat0]\nautologin-guest=true\n'],
    ['/usr/share/lightdm/lightdm.conf.d/50.conf', '[Seat:*]\nautologin-user=ada\n'],
    ['/etc/greetd/config.toml', '[terminal]\nvt = 1\n\n[initial_session]\ncommand = "sway"\nuser = "ada" # me\n'],
    [dropIn, '[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin ada --noclear %I $TERM\n'],
    [dropIn, '[Service]\nExecStart=\nExecStart=-/sbin/agetty -a ada \\\n  %I $TERM\n'],
    [dropIn, '[Service]\nExecStart=-/sbin/mingetty --autologin=root tty1'],
    ['/etc/systemd/system/getty@tty1.service', '[Service]\nExecStart=-/sbin/agetty --autologin ada - $TERM\n'],
    ['/run/systemd/system/serial-getty@.service.d/a.conf', '[Service]\nExecStart=-/sbin/agetty --autologin root %I\n'],
    ['/usr/lib/systemd/system/autovt@.service', '[Service]\nExecStart=-/sbin/agetty -a live %I\n'],
  ])('is seen in %s: %j', async (path, text) => {
    expect(await at(path, text)).toMatchObject(isOn)
  })
})

describe('settings that sign nobody in', () => {
  it.each([
    [gdm, '[daemon]\n# AutomaticLoginEnable = true\n#  AutomaticLogin = user1\n'],
    [gdm, '[daemon]\nAutomaticLoginEnable=true\n'],
    [gdm, '[daemon]\nAutomaticLoginEnable=false\nAutomaticLogin=ada\n'],
    [gdm, '[security]\nAutomaticLoginEnable=true\nAutomaticLogin=ada\n'],
    [gdm, '[daemon]\nAutomaticLoginEnable=true\nAutomaticLogin=\n'],
    ['/etc/sddm.conf', '[Autologin]\nUser=\nSession=plasma\n'],
    ['/etc/sddm.conf', '[Users]\nUser=ada\n'],
    ['/etc/lightdm/lightdm.conf', '[Seat:*]\n#autologin-user=\nautologin-user-timeout=0\n'],
    ['/etc/lightdm/lightdm.conf', '[LightDM]\nautologin-user=ada\n'],
    ['/etc/greetd/config.toml', '[default_session]\ncommand = "agreety --cmd /bin/sh"\nuser = "greeter"\n'],
    [dropIn, '[Service]\nExecStart=\nExecStart=-/sbin/agetty --noclear %I $TERM\n'],
    [dropIn, '[Service]\n# ExecStart=-/sbin/agetty --autologin ada %I\nEnvironment=X=--autologin\n'],
    ['/etc/systemd/system/getty@tty1.service.d/autologin.conf.off', '[Service]\nExecStart=agetty --autologin ada\n'],
    ['/etc/systemd/system/other.service', '[Service]\nExecStart=/sbin/agetty --autologin ada\n'],
  ])('stay off in %s: %j', async (path, text) => {
    expect(await at(path, text)).toMatchObject(isOff)
  })

  it('follow the stronger of two files', async () => {
    const files = {
      '/usr/lib/sddm/sddm.conf.d/live.conf': '[Autologin]\nUser=live\n',
      '/etc/sddm.conf': '[Autologin]\nUser=\n',
    }
    expect(await take({ files })).toMatchObject(isOff)
  })
})

describe('settings that were cut or mistyped', () => {
  it.each([
    [gdm, '[daemon]\nAutomaticLoginEnable=tr'],
    [gdm, '[daemon]\nAutomaticLogi'],
    [gdm, '[daemon]\nAutomaticLoginEnable=perhaps\nAutomaticLogin=ada\n'],
    ['/etc/sddm.conf', '[Autologin]\nUse'],
    ['/etc/lightdm/lightdm.conf', '[Seat:*]\nautologin-guest=maybe\n'],
    ['/etc/greetd/config.toml', '[initial_session]\ncommand = "sway"\n'],
    ['/etc/greetd/config.toml', 'initial_session = { command = "sway", user = "ada" }\n'],
  ])('are unknown in %s: %j', async (path, text) => {
    expect(await at(path, text)).toMatchObject({ kind: 'unknown', why: 'unrecognised-output' })
  })
})

describe('settings that may not be read', () => {
  const denied = ['/etc/lightdm/lightdm.conf']
  it('leave it unknown', async () => {
    const files = { '/etc/lightdm/lightdm.conf': '[Seat:*]\n' }
    expect(await take({ files, denied })).toMatchObject({ kind: 'unknown', why: 'denied', source: 'lightdm' })
    expect(await take({ files: { '/etc/sddm.conf.d/a.conf': '' }, denied: ['/etc/sddm.conf.d'] })).toMatchObject({
      kind: 'unknown',
    })
  })
  it('do not matter once another way is proven', async () => {
    const files = { '/etc/lightdm/lightdm.conf': '', [dropIn]: '[Service]\nExecStart=-/sbin/agetty --autologin ada\n' }
    expect(await take({ files, denied })).toMatchObject(isOn)
  })
})

describe('a guest', () => {
  it.each([
    ['allow-guest=true', true],
    ['allow-guest=false', false],
  ])('is told where LightDM says so: %s', async (line, guest) => {
    expect(await at('/etc/lightdm/lightdm.conf', `[Seat:*]\n${line}\n`)).toMatchObject({
      value: { state: 'off', guest },
    })
  })
})

describe('the inputs', () => {
  it('name every file that was read, and every folder that may get one', async () => {
    const files = { [dropIn]: '', '/etc/sddm.conf.d/a.conf': '', '/usr/lib/systemd/system/getty@.service': '' }
    const machine = aLinuxMachine({ files })
    const inputs = await automaticLoginOnLinux.inputs?.(machine)
    await automaticLoginOnLinux.take(machine)
    const read = machine.asked.flatMap((question) => /^(?:readText|list) (.*)$/.exec(question)?.[1] ?? [])
    expect(inputs).toEqual(expect.arrayContaining(read))
    expect(inputs).toContain(dropIn)
  })
})
