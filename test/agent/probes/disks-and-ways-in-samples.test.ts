import { describe, expect, it } from 'vitest'
import { diskEncryptionOnLinux } from '#agent/probes/disk-encryption/disk-encryption.linux.ts'
import { firewallOnLinux } from '#agent/probes/firewall/firewall.linux.ts'
import type { Probe } from '#agent/probes/probe.ts'
import { remoteAccessOnLinux } from '#agent/probes/remote-access/remote-access.linux.ts'
import { screenLockOnLinux } from '#agent/probes/screen-lock/screen-lock.linux.ts'
import { parseMokutil, secureBootOnLinux } from '#agent/probes/secure-boot/secure-boot.linux.ts'
import { sshKeysOnLinux } from '#agent/probes/ssh-keys/ssh-keys.linux.ts'
import type { Reading } from '#domain/reading.ts'
import type { SignalId, SignalValue } from '#domain/signals.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'
import { aSample, firstHalf } from '#test/support/a-sample.ts'
import { aSystemdAnswer } from '#test/support/a-systemd-answer.ts'

type Sample = {
  readonly file: string
  readonly code: number
  readonly take: (text: string, code: number) => Promise<Reading<SignalValue>>
  readonly verdict: object
}

const on = <Id extends SignalId>(probe: Probe<Id>, parts: (text: string, code: number) => LinuxMachineParts) => ({
  take: (text: string, code: number) => probe.take(aLinuxMachine(parts(text, code))),
})
const isObserved = (value: object) => ({ kind: 'observed', value })
const isUnknown = { kind: 'unknown' }
const root = { user: { name: 'root', uid: 0 }, home: '/root' }
const secureBootVariable = '/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c'
const setupModeVariable = '/sys/firmware/efi/efivars/SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c'

const swapless = { '/proc/swaps': aSample('proc-swaps.none') }
const lsblk = (code: number, verdict: object) => ({
  code,
  verdict,
  ...on(diskEncryptionOnLinux, (stdout, exit) => ({ files: swapless, programs: { lsblk: { stdout, code: exit } } })),
})
const plainRoot = aSample('lsblk.debian-12-vm.json')
const ext4Root = '/dev/vda / ext4 rw,relatime 0 0\n'
const fscrypt = (verdict: object) => ({
  code: 0,
  verdict,
  ...on(diskEncryptionOnLinux, (stdout, code) => ({
    home: '/home/alex',
    files: { ...swapless, '/proc/mounts': ext4Root },
    folders: { '/.fscrypt': [] },
    programs: { lsblk: { stdout: plainRoot }, fscrypt: { stdout, code } },
  })),
})
const zfs = (dataSet: string, verdict: object) => ({
  code: 0,
  verdict,
  ...on(diskEncryptionOnLinux, (stdout, code) => ({
    files: { ...swapless, '/proc/mounts': `${dataSet} / zfs rw 0 0\n` },
    programs: { lsblk: { stdout: aSample('lsblk.empty.json') }, zfs: { stdout, code } },
  })),
})

const firewalldUp = {
  files: { '/usr/sbin/firewalld': '' },
  folders: { '/run/systemd/system': [] },
}
const busctl = (code: number, verdict: object) => ({
  code,
  verdict,
  ...on(firewallOnLinux, (text, exit) => ({
    ...firewalldUp,
    programs: {
      systemctl: aSystemdAnswer({ 'firewalld.service': 'running' }),
      busctl: exit === 0 ? { stdout: text } : { stderr: text, code: exit },
    },
  })),
})
const firewallCmd = (code: number) => ({
  code,
  verdict: isUnknown,
  ...on(firewallOnLinux, (stderr, exit) => ({
    ...firewalldUp,
    programs: {
      systemctl: aSystemdAnswer({ 'firewalld.service': 'running' }),
      'firewall-cmd': { stderr, code: exit },
    },
  })),
})
const nft = (code: number, verdict: object) => ({
  code,
  verdict,
  ...on(firewallOnLinux, (stdout, exit) => ({ ...root, programs: { nft: { stdout, code: exit } } })),
})
const legacy = (code: number, verdict: object) => ({
  code,
  verdict,
  ...on(firewallOnLinux, (stdout, exit) => ({
    ...root,
    files: { '/proc/net/ip_tables_names': 'filter\n' },
    programs: { nft: { stdout: aSample('nft-list-ruleset.empty.json') }, 'iptables-legacy': { stdout, code: exit } },
  })),
})
const mokutil = (code: number, verdict: object) => ({
  code,
  verdict,
  ...on(secureBootOnLinux, (stdout, exit) => ({
    folders: { '/sys/firmware/efi': [] },
    programs: { mokutil: { stdout, code: exit } },
  })),
})
const gnome = (which: 'screensaver' | 'session', verdict: object) => ({
  code: 0,
  verdict,
  ...on(screenLockOnLinux, (stdout, code) => ({
    environment: { XDG_CURRENT_DESKTOP: 'ubuntu:GNOME' },
    programs: {
      'gsettings list-recursively org.gnome.desktop.screensaver': {
        stdout: aSample('gsettings-screensaver.lock-on-30.txt'),
      },
      'gsettings list-recursively org.gnome.desktop.session': { stdout: aSample('gsettings-session.idle-900.txt') },
      'gsettings list-recursively org.gnome.desktop.lockdown': {
        stdout: 'org.gnome.desktop.lockdown disable-lock-screen false\n',
      },
      [`gsettings list-recursively org.gnome.desktop.${which}`]: {
        stdout,
        code,
        stderr: aSample('gsettings-screensaver.defaults-without-desktop.stderr.txt'),
      },
    },
  })),
})
const kde = (verdict: object) => ({
  code: 0,
  verdict,
  ...on(screenLockOnLinux, (text) => ({
    environment: { XDG_CURRENT_DESKTOP: 'KDE' },
    files: { '/home/ada/.config/kscreenlockerrc': text },
  })),
})
const sockets = (verdict: object) => ({
  code: 0,
  verdict,
  ...on(remoteAccessOnLinux, (stdout, code) => ({ programs: { ss: { stdout, code } } })),
})
const key = (verdict: object) => ({
  code: 0,
  verdict,
  ...on(sshKeysOnLinux, (text) => ({ files: { '/home/ada/.ssh/id': text } })),
})

const samples: readonly Sample[] = [
  { file: 'lsblk.container.json', ...lsblk(0, isUnknown) },
  { file: 'lsblk.empty.json', ...lsblk(0, isUnknown) },
  { file: 'lsblk.no-root-mount.json', ...lsblk(0, isUnknown) },
  { file: 'lsblk.truncated.json', ...lsblk(0, isUnknown) },
  {
    file: 'lsblk.kubernetes-luks-volume.root-plain.json',
    ...lsblk(0, isObserved({ state: 'off', parts: { root: 'off' } })),
  },
  {
    file: 'lsblk.luks-lvm.old-mountpoint-column.json',
    ...lsblk(0, isObserved({ state: 'on', parts: { root: 'on', swap: 'on' } })),
  },
  { file: 'lsblk.luks-on-lvm.json', ...lsblk(0, isObserved({ state: 'on', parts: { root: 'on', swap: 'on' } })) },
  {
    file: 'lsblk.root-encrypted.home-plain.json',
    ...lsblk(0, isObserved({ state: 'partial', parts: { root: 'on', home: 'off' } })),
  },
  { file: 'lsblk.debian-12-vm.json', ...lsblk(0, isObserved({ state: 'off', parts: { root: 'off' } })) },
  {
    file: 'fscrypt-status-home.encrypted.txt',
    ...fscrypt(isObserved({ state: 'partial', parts: { root: 'off', home: 'on' } })),
  },
  { file: 'fscrypt-status.supported-not-used.txt', ...fscrypt(isObserved({ state: 'off', parts: { root: 'off' } })) },
  {
    file: 'zfs-get-encryption.all-gcm.txt',
    ...zfs('zroot/ROOT/nixos', isObserved({ state: 'on', parts: { root: 'on' } })),
  },
  { file: 'zfs-get-encryption.mixed.txt', ...zfs('zroot', isObserved({ state: 'off', parts: { root: 'off' } })) },
  { file: 'busctl-firewalld-state.failed.txt', ...busctl(0, isObserved({ state: 'off' })) },
  { file: 'busctl.no-bus.stderr.txt', ...busctl(1, isUnknown) },
  { file: 'firewall-cmd-state.no-dbus.stderr.txt', ...firewallCmd(36) },
  { file: 'firewall-cmd-list.auth-failed.stderr.txt', ...firewallCmd(253) },
  { file: 'nft-list-ruleset.accept-only.json', ...nft(0, isObserved({ state: 'off', inbound: 'allow' })) },
  { file: 'nft-list-ruleset.empty.json', ...nft(0, isObserved({ state: 'off' })) },
  { file: 'nft-list-ruleset.drop-behind-accept.json', ...nft(0, isObserved({ state: 'off' })) },
  { file: 'nft-list-ruleset.policy-drop.json', ...nft(0, isObserved({ state: 'on', inbound: 'block' })) },
  { file: 'nft-list-ruleset.final-reject.json', ...nft(0, isObserved({ state: 'on', inbound: 'block' })) },
  { file: 'nft-list-ruleset.iptables-final-reject.json', ...nft(0, isObserved({ state: 'on', inbound: 'block' })) },
  { file: 'nft-list-ruleset.non-root.stderr.txt', ...nft(1, isUnknown) },
  { file: 'iptables-S.legacy-policy-drop.txt', ...legacy(0, isObserved({ state: 'on', inbound: 'block' })) },
  { file: 'iptables-legacy.non-root.stderr.txt', ...legacy(4, isUnknown) },
  { file: 'iptables-INPUT.empty-accept.txt', ...legacy(0, isUnknown) },
  { file: 'iptables-INPUT.tailscale-only.txt', ...legacy(0, isUnknown) },
  {
    file: 'efivar-SecureBoot.off.bin',
    code: 0,
    verdict: isObserved({ state: 'off' }),
    ...on(secureBootOnLinux, (text) => ({ files: { [secureBootVariable]: text } })),
  },
  {
    file: 'efivar-SetupMode.on.bin',
    code: 0,
    verdict: isObserved({ state: 'off' }),
    ...on(secureBootOnLinux, (text) => ({
      files: { [secureBootVariable]: new Uint8Array([6, 0, 0, 0, 1]), [setupModeVariable]: text },
    })),
  },
  { file: 'mokutil-sb-state.cannot-determine.txt', ...mokutil(1, isUnknown) },
  { file: 'mokutil-sb-state.enabled.shim-validation-off.txt', ...mokutil(0, isObserved({ state: 'partial' })) },
  { file: 'mokutil-sb-state.unsupported.txt', ...mokutil(1, isObserved({ state: 'off' })) },
  {
    file: 'gsettings-screensaver.lock-on-30.txt',
    ...gnome('screensaver', isObserved({ locks: true, delaySeconds: 30, idleSeconds: 900 })),
  },
  {
    file: 'gsettings-session.idle-900.txt',
    ...gnome('session', isObserved({ locks: true, delaySeconds: 30, idleSeconds: 900 })),
  },
  { file: 'gsettings.no-such-key.stderr.txt', ...gnome('screensaver', isUnknown), code: 1 },
  { file: 'kscreenlockerrc.autolock-15', ...kde(isObserved({ locks: true, idleSeconds: 900, by: 'user' })) },
  { file: 'kscreenlockerrc.timeout-600-mistake', ...kde(isObserved({ locks: true, idleSeconds: 36_000, by: 'user' })) },
  { file: 'ss-listen.loopback-only.txt', ...sockets(isObserved({ state: 'off', services: [] })) },
  { file: 'ss-listen.ipv4-and-ipv6.txt', ...sockets(isObserved({ state: 'on', services: ['screen-sharing'] })) },
  { file: '../shared/ssh-key.garbage.head.txt', ...key(isObserved({ unprotected: 0, protected: 0 })) },
  { file: '../shared/ssh-key.openssh.passphrase.head.txt', ...key(isObserved({ unprotected: 0, protected: 1 })) },
  { file: '../shared/ssh-key.pkcs8.passphrase.head.txt', ...key(isObserved({ unprotected: 0, protected: 1 })) },
]

describe.each(samples)('the sample $file', ({ file, code, take, verdict }) => {
  it('is read as it should be', async () => {
    expect(await take(aSample(file), code)).toMatchObject(verdict)
  })

  it.each([0, 1])('is read without a throw when the exit code is %i', async (exit) => {
    await expect(take(aSample(file), exit)).resolves.toHaveProperty('kind')
  })

  it('says nothing new when only its first half was read', async () => {
    const half = await take(firstHalf(aSample(file)), code)
    if (half.kind === 'observed') expect(half).toMatchObject(verdict)
    else expect(half.kind).toBe('unknown')
  })
})

describe('a file system table with a home of its own encryption', () => {
  it('is partial over a plain root', async () => {
    const files = { '/proc/mounts': aSample('proc-mounts.ecryptfs-home').replace('/dev/sda1', '/dev/vda') }
    const machine = aLinuxMachine({ files, programs: { lsblk: { stdout: plainRoot } } })
    expect(await diskEncryptionOnLinux.take(machine)).toMatchObject(
      isObserved({ state: 'partial', parts: { root: 'off', home: 'on' } }),
    )
  })
})

describe('a machine inside another system', () => {
  it.each(['wsl', 'container'] as const)('leaves disk, firewall and boot to its host: %s', async (virtual) => {
    const machine = aLinuxMachine({ virtual, programs: { lsblk: { stdout: aSample('lsblk.wsl2.json') } } })
    for (const probe of [diskEncryptionOnLinux, firewallOnLinux, secureBootOnLinux]) {
      expect(await probe.take(machine)).toMatchObject({ kind: 'na', why: 'not-present' })
    }
    expect(machine.asked.filter((question) => question.startsWith('run '))).toEqual([])
  })
})

describe('mokutil', () => {
  it.each([
    ['SecureBoot enabled\n', 'on'],
    ['SecureBoot disabled\n', 'off'],
    ['SecureBoot enabled\nPlatform is in Setup Mode\n', 'off'],
  ])('says %j', (text, state) => {
    expect(parseMokutil(text)).toMatchObject(isObserved({ state }))
  })

  it.each(['', 'SecureBoot enabled', 'SecureBoot enabled\nSomething else\n', 'SecureBoot aktiviert\n'])(
    'is not understood: %j',
    (text) => {
      expect(parseMokutil(text).kind).toBe('unknown')
    },
  )
})
