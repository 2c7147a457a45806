import { describe, expect, it } from 'vitest'
import { automaticUpdatesOnLinux } from '#agent/probes/automatic-updates/automatic-updates.linux.ts'
import { enrollmentOnLinux } from '#agent/probes/enrollment/enrollment.linux.ts'
import { malwareProtectionOnLinux } from '#agent/probes/malware-protection/malware-protection.linux.ts'
import { osUpdatesOnLinux } from '#agent/probes/os-updates/os-updates.linux.ts'
import { osVersionOnLinux } from '#agent/probes/os-version/os-version.linux.ts'
import type { Reading } from '#domain/reading.ts'
import type { SignalValue } from '#domain/signals.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'
import { aSample, firstHalf } from '#test/support/a-sample.ts'

const debian = { '/etc/os-release': 'ID=debian\nVERSION_ID="12"\n' }
const fedora = { '/etc/os-release': 'ID=fedora\nVERSION_ID=41\n' }
const securityList =
  '/var/lib/apt/lists/deb.debian.org_debian-security_dists_bookworm-security_main_binary-amd64_Packages'
const timersOn = {
  '/etc/systemd/system/timers.target.wants/apt-daily.timer': '/lib/systemd/system/apt-daily.timer',
  '/etc/systemd/system/timers.target.wants/apt-daily-upgrade.timer': '/lib/systemd/system/apt-daily-upgrade.timer',
}
const dnfTimerOn = {
  '/etc/systemd/system/timers.target.wants/dnf-automatic.timer': '/usr/lib/systemd/system/dnf-automatic.timer',
}
const registration = '/home/ada/.config/intune/registration.toml'

type Sample = {
  readonly file: string
  /** The exit code that it came with. */
  readonly code: number
  readonly machine: (text: string, code: number) => LinuxMachineParts
  readonly take: (parts: LinuxMachineParts) => Promise<Reading<SignalValue>>
  readonly verdict: object
}

const aptList = (text: string, code: number): LinuxMachineParts => ({
  files: { ...debian, [securityList]: '' },
  programs: { apt: { stdout: text, code } },
})
const aptConfig = (text: string, code: number): LinuxMachineParts => ({
  files: debian,
  links: timersOn,
  programs: { 'apt-config': { stdout: text, code } },
})
const realm = (text: string, code: number): LinuxMachineParts => ({
  processes: ['systemd'],
  programs: { realm: { stdout: text, code } },
})
const updates = (parts: LinuxMachineParts) => osUpdatesOnLinux.take(aLinuxMachine(parts))
const automatic = (parts: LinuxMachineParts) => automaticUpdatesOnLinux.take(aLinuxMachine(parts))
const enrollment = (parts: LinuxMachineParts) => enrollmentOnLinux.take(aLinuxMachine(parts))
const version = (parts: LinuxMachineParts) => osVersionOnLinux.take(aLinuxMachine(parts))
const protection = (parts: LinuxMachineParts) => malwareProtectionOnLinux.take(aLinuxMachine(parts))
const isObserved = (value: object) => ({ kind: 'observed', value })

const apt = (verdict: object) => ({ code: 0, machine: aptList, take: updates, verdict })
const settings = (verdict: object) => ({ code: 0, machine: aptConfig, take: automatic, verdict })
const realms = (verdict: object) => ({
  code: 0,
  machine: realm,
  take: enrollment,
  verdict,
})
const release = (verdict: object) => ({
  code: 0,
  machine: (text: string): LinuxMachineParts => ({ files: { '/etc/os-release': text } }),
  take: version,
  verdict,
})
const dnf = (code: number, verdict: object) => ({
  code,
  machine: (stdout: string, exit: number): LinuxMachineParts => ({
    files: fedora,
    programs: { dnf: { stdout, code: exit } },
  }),
  take: updates,
  verdict,
})

const samples: readonly Sample[] = [
  { file: '20auto-upgrades.off', ...settings(isObserved({ state: 'off', by: 'user' })) },
  { file: 'apt-config-dump.no-periodic.txt', ...settings(isObserved({ state: 'off', by: 'default' })) },
  { file: 'apt-config-dump.debian-12.txt', ...settings(isObserved({ state: 'off', by: 'default' })) },
  { file: 'apt-config-dump.debian-12-unattended.txt', ...settings(isObserved({ state: 'on', by: 'user' })) },
  { file: 'apt-list-upgradable.debian-oldstable.txt', ...apt(isObserved({ pendingSecurity: 3, pending: 12 })) },
  { file: 'apt-list-upgradable.ubuntu.txt', ...apt(isObserved({ pendingSecurity: 9, pending: 15 })) },
  { file: 'apt-list-upgradable.debian-12.txt', ...apt(isObserved({ pendingSecurity: 80, pending: 132 })) },
  {
    file: 'dnf-automatic.conf.download-only',
    code: 0,
    machine: (text) => ({ files: { ...fedora, '/etc/dnf/automatic.conf': text }, links: dnfTimerOn }),
    take: automatic,
    verdict: isObserved({ state: 'partial', by: 'user' }),
  },
  { file: 'dnf-check-update.txt', ...dnf(100, { kind: 'unknown' }) },
  { file: 'dnf-updateinfo-list.txt', ...dnf(0, isObserved({ pendingSecurity: 2 })) },
  {
    file: 'intune-registration.enrolled.toml',
    code: 0,
    machine: (text) => ({ files: { [registration]: text }, processes: ['systemd'] }),
    take: enrollment,
    verdict: isObserved({
      managed: 'yes',
      by: 'intune',
      directory: 'registered',
      tenant: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
    }),
  },
  {
    file: 'mdatp-health.healthy.txt',
    code: 0,
    machine: (stdout, code) => ({
      files: { '/opt/microsoft/mdatp/sbin/wdavdaemon': '' },
      processes: ['systemd', 'wdavdaemon'],
      programs: { mdatp: { stdout, code } },
    }),
    take: protection,
    verdict: isObserved({
      state: 'on',
      products: [{ name: 'Microsoft Defender', state: 'on', definitions: 'current', version: '101.23062.0010' }],
    }),
  },
  { file: 'os-release.arch', ...release(isObserved({ name: 'Arch', version: 'rolling' })) },
  { file: 'os-release.debian-12', ...release(isObserved({ name: 'Debian', version: '12' })) },
  { file: 'realm-discover.not-configured.txt', ...realms(isObserved({ managed: 'no', directory: 'none' })) },
  { file: 'realm-list.empty.txt', ...realms(isObserved({ managed: 'no', directory: 'none' })) },
  { file: 'realm-list.no-configured.txt', ...realms(isObserved({ managed: 'no', directory: 'none' })) },
]

describe.each(samples)('the sample $file', ({ file, code, machine, take, verdict }) => {
  it('is read as it should be', async () => {
    expect(await take(machine(aSample(file), code))).toMatchObject(verdict)
  })

  it.each([0, 1])('is read without a throw when the exit code is %i', async (exit) => {
    await expect(take(machine(aSample(file), exit))).resolves.toHaveProperty('kind')
  })

  it('is never better when only its first half was read', async () => {
    const half = await take(machine(firstHalf(aSample(file)), code))
    if (half.kind === 'observed') expect(half).toMatchObject(verdict)
    else expect(half.kind).toBe('unknown')
  })
})
