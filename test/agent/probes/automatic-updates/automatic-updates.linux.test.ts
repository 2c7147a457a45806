import { describe, expect, it } from 'vitest'
import { parseAptPeriodic } from '#agent/probes/automatic-updates/apt-periodic.linux.ts'
import { automaticUpdatesOnLinux } from '#agent/probes/automatic-updates/automatic-updates.linux.ts'
import { judgeDnfAutomatic, parseDnfAutomatic } from '#agent/probes/automatic-updates/dnf-automatic.linux.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'

const wants = '/etc/systemd/system/timers.target.wants'
const update = { [`${wants}/apt-daily.timer`]: '/lib/systemd/system/apt-daily.timer' }
const upgrade = { [`${wants}/apt-daily-upgrade.timer`]: '/lib/systemd/system/apt-daily-upgrade.timer' }
const bothOn = { ...update, ...upgrade }
const settings = (lists: string, install: string, more = '') =>
  `APT "";\nAPT::Periodic::Update-Package-Lists "${lists}";\nAPT::Periodic::Unattended-Upgrade "${install}";\n${more}`

function debian(dump: string, parts: LinuxMachineParts = { links: bothOn }) {
  return aLinuxMachine({
    ...parts,
    files: { '/etc/os-release': 'ID=debian\nVERSION_ID="12"\n', ...parts.files },
    programs: { 'apt-config': { stdout: dump } },
  })
}
const take = (dump: string, parts?: LinuxMachineParts) => automaticUpdatesOnLinux.take(debian(dump, parts))

describe('apt’s daily run', () => {
  it.each([
    [settings('1', '1'), 'on'],
    [settings('7', 'always'), 'on'],
    [settings('12h', '1d'), 'on'],
    [settings('1', '0'), 'partial'],
    [settings('0', '1'), 'off'],
    [settings('0', '0'), 'off'],
    [settings('00', '1'), 'off'],
    [settings('true', 'true'), 'off'],
    [settings('1', '1', 'APT::Periodic::Enable "0";\n'), 'off'],
    [settings('1', '1', 'apt::periodic::unattended-upgrade "0";\n'), 'partial'],
  ])('does what the last word of its settings says: %j', async (dump, state) => {
    expect(await take(dump)).toMatchObject({ kind: 'observed', value: { state, by: 'user' } })
  })

  it('does nothing by default', async () => {
    expect(await take('APT "";\n')).toMatchObject({ value: { state: 'off', by: 'default' } })
  })

  it('does only what its timers start', async () => {
    expect(await take(settings('1', '1'), { links: update })).toMatchObject({ value: { state: 'partial' } })
    expect(await take(settings('1', '1'), {})).toMatchObject({ value: { state: 'off' } })
    const masked = { ...bothOn, '/etc/systemd/system/apt-daily-upgrade.timer': '/dev/null' }
    expect(await take(settings('1', '1'), { links: masked })).toMatchObject({ value: { state: 'partial' } })
  })

  it('is unknown where its timers cannot be seen, but off where nothing is set', async () => {
    const hidden = { links: bothOn, denied: [wants] }
    expect((await take(settings('1', '1'), hidden)).kind).toBe('unknown')
    expect(await take(settings('0', '0'), hidden)).toMatchObject({ value: { state: 'off' } })
  })

  it('is started by cron where systemd does not run', async () => {
    const files = { '/etc/cron.daily/apt-compat': '' }
    const machine = (parts: LinuxMachineParts) => take(settings('1', '1'), { files, ...parts })
    expect(await machine({ processes: ['init', 'cron'] })).toMatchObject({ value: { state: 'on' } })
    expect(await machine({ processes: ['init', 'crontab'] })).toMatchObject({ value: { state: 'off' } })
    const folders = { '/run/systemd/system': [] }
    expect(await machine({ processes: ['systemd', 'cron'], folders })).toMatchObject({ value: { state: 'off' } })
  })

  it('installs nothing when the package was removed and its settings stayed', async () => {
    const left = { '/etc/apt/apt.conf.d/50unattended-upgrades': '' }
    expect(await take(settings('1', '1'), { links: bothOn, files: left })).toMatchObject({
      value: { state: 'partial' },
    })
    const there = { ...left, '/usr/bin/unattended-upgrade': '' }
    expect(await take(settings('1', '1'), { links: bothOn, files: there })).toMatchObject({ value: { state: 'on' } })
  })

  it.each(['', 'APT "";\nAPT::Periodic::Unattended-Upgr', 'APT::Periodic::Unattended-Upgrade "1"'])(
    'is unknown when the dump broke off: %j',
    async (dump) => {
      expect(await take(dump)).toMatchObject({ kind: 'unknown', why: 'incomplete' })
    },
  )

  it('is unknown when apt-config failed', async () => {
    const machine = aLinuxMachine({
      files: { '/etc/os-release': 'ID=debian\n' },
      programs: { 'apt-config': { code: 100 } },
    })
    expect(await automaticUpdatesOnLinux.take(machine)).toMatchObject({ kind: 'unknown', why: 'failed' })
  })

  it.each(['/etc/apt/apt.conf.d/20auto-upgrades', '/etc/apt/apt.conf.d/90proxy.conf', '/etc/apt/apt.conf'])(
    'is unknown where %s is there and may not be read, since apt passes over it in silence',
    async (path) => {
      const parts = { links: bothOn, files: { [path]: '' }, denied: [path] }
      expect(await take('APT "";\n', parts)).toMatchObject({ kind: 'unknown', why: 'denied' })
      expect(await take(settings('1', '1'), parts)).toMatchObject({ kind: 'unknown', why: 'denied' })
    },
  )

  it('does not ask for files that apt passes over anyway', async () => {
    const path = '/etc/apt/apt.conf.d/20auto-upgrades.dpkg-old'
    const parts = { links: bothOn, files: { [path]: '' }, denied: [path] }
    expect(await take(settings('1', '1'), parts)).toMatchObject({ value: { state: 'on' } })
  })

  it('is not read out of comments', () => {
    expect(parseAptPeriodic('// APT::Periodic::Unattended-Upgrade "1";\n')?.upgrade).toBeUndefined()
  })

  it('is kept only while it follows from files alone', async () => {
    const inputs = async (parts: LinuxMachineParts) => (await automaticUpdatesOnLinux.inputs?.(debian('', parts))) ?? []
    const file = '/etc/apt/apt.conf.d/20auto-upgrades'
    expect(await inputs({ links: bothOn, files: { [file]: '' } })).toEqual(
      expect.arrayContaining([file, '/etc/apt/apt.conf.d', `${wants}/apt-daily.timer`]),
    )
    expect(await inputs({ links: bothOn })).not.toContain('/proc/uptime')
    expect(await inputs({ links: update })).toContain('/proc/uptime')
  })
})

describe('dnf-automatic', () => {
  const conf = (apply: string) =>
    `[commands]\nupgrade_type = security\ndownload_updates = yes\napply_updates = ${apply}\n`

  it.each([
    [['settings'], conf('yes'), 'on'],
    [['settings'], conf('no'), 'partial'],
    [['settings'], '', 'partial'],
    [['settings'], '[emitters]\napply_updates = yes\n', 'partial'],
    [['settings'], '[commands]\n# apply_updates = yes\n', 'partial'],
    [['install'], conf('no'), 'on'],
    [['fetch'], conf('yes'), 'partial'],
    [[], conf('yes'), 'off'],
  ] as const)('with timers %j and settings %j is %s', (acts, text, state) => {
    expect(judgeDnfAutomatic(acts, text)).toMatchObject({ value: { state } })
  })

  it.each([conf('maybe'), conf('yes').slice(0, -2)])('is unknown with settings %j', (text) => {
    expect(parseDnfAutomatic(text)).toBeUndefined()
    expect(judgeDnfAutomatic(['settings'], text).kind).toBe('unknown')
  })

  it('does nothing without a timer', async () => {
    const files = { '/etc/os-release': 'ID=fedora\nVERSION_ID=41\n', '/etc/dnf/automatic.conf': conf('yes') }
    expect(await automaticUpdatesOnLinux.take(aLinuxMachine({ files }))).toMatchObject({ value: { state: 'off' } })
    const links = { [`${wants}/dnf5-automatic.timer`]: '/usr/lib/systemd/system/dnf5-automatic.timer' }
    expect(await automaticUpdatesOnLinux.take(aLinuxMachine({ files, links }))).toMatchObject({
      value: { state: 'on' },
    })
    const denied = ['/etc/dnf/automatic.conf']
    expect(await automaticUpdatesOnLinux.take(aLinuxMachine({ files, links, denied }))).toMatchObject({ why: 'denied' })
  })
})
