import { describe, expect, it } from 'vitest'
import { countUpdates, parseAptUpgradable, parseHeldPackages } from '#agent/probes/os-updates/apt-updates.linux.ts'
import { parseDnfAdvisories } from '#agent/probes/os-updates/dnf-updates.linux.ts'
import { osUpdatesOnLinux, parseCheckupdates } from '#agent/probes/os-updates/os-updates.linux.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'

const release = '/etc/os-release'
const lists = '/var/lib/apt/lists'
const securityList = `${lists}/deb.debian.org_debian-security_dists_bookworm-security_main_binary-amd64_Packages.lz4`
const mainList = `${lists}/deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages.lz4`
const curl = 'curl/stable-security 7.88.1-10+deb12u14 amd64 [upgradable from: 7.88.1-10+deb12u13]'
const bash = 'bash/stable 5.2.15-2+b13 amd64 [upgradable from: 5.2.15-2+b8]'
const debian = (parts: LinuxMachineParts = {}) =>
  aLinuxMachine({
    ...parts,
    files: { [release]: 'ID=debian\nVERSION_ID="12"\n', [securityList]: '', [mainList]: '', ...parts.files },
  })

function count(text: string, held = ''): object {
  const list = parseAptUpgradable(text)
  return list.kind === 'listed' ? countUpdates(list.packages, parseHeldPackages(held)) : list
}

describe('apt list --upgradable', () => {
  it.each([
    ['Listing...\n', 0, 0],
    ['Listing... Done\n', 0, 0],
    [`Listing...\n${curl}\n${bash}\n`, 1, 2],
    [`Listing...\n${curl}\n${curl}\n`, 1, 1],
    [`Listing...\n${curl}\n${curl.replace('amd64', 'i386')}\n`, 2, 2],
    ['Auflistung…\nvim/jammy-updates,jammy-security 2:9 amd64 [aktualisierbar von: 2:8]\n', 1, 1],
    ['En train de lister… Fait\nvim/noble-security 2:9 amd64 [pouvant être mis à jour depuis : 2:8]\n', 1, 1],
    ['Listing...\nlibfoo/security-tools 2 amd64 [upgradable from: 1]\n', 0, 1],
    ['Listing...\nlibfoo-security/stable 2 amd64 [upgradable from: 1]\n', 0, 1],
    ['Listing...\nlibfoo/jammy-security-proposed 2 amd64 [upgradable from: 1]\n', 0, 1],
    [
      `WARNING: apt does not have a stable CLI interface.\n\nListing...\n${curl}\nN: There are 2 additional versions.\n`,
      1,
      1,
    ],
  ])('counts packages by their suite: %j', (text, pendingSecurity, pending) => {
    expect(count(text)).toEqual({ pendingSecurity, pending })
  })

  it.each([
    ['nothing at all', ''],
    ['a line cut off', `Listing...\n${curl}\ncurl/stable-sec`],
    ['no heading', `${curl}\n`],
    ['an error among the lines', `Listing...\n${curl}\nE: Could not open file\n`],
    ['a line of something else', `Listing...\ncurl/stable,now 1 amd64 [installed]\n`],
  ])('says nothing with %s', (_, text) => {
    expect(count(text)).toMatchObject({ kind: 'unread' })
  })

  it('counts held packages as pending only', () => {
    const text = `Listing...\n${curl}\nsudo/stable-security 2 amd64 [upgradable from: 1]\n`
    expect(count(text, 'hold curl amd64\ninstall sudo amd64\n')).toEqual({ pendingSecurity: 1, pending: 2 })
    expect(count(text, 'hold curl i386\nhold su amd64\n')).toEqual({ pendingSecurity: 2, pending: 2 })
  })
})

describe('a Debian machine', () => {
  it('tells what waits, and how old the lists are', async () => {
    const machine = debian({
      programs: {
        apt: { stdout: `Listing...\n${curl}\n${bash}\n`, stderr: 'WARNING: unstable' },
        'dpkg-query': { code: 2 },
      },
      statuses: { [securityList]: { modifiedAt: 200 }, [mainList]: { modifiedAt: 100 } },
    })
    expect(await osUpdatesOnLinux.take(machine)).toEqual({
      kind: 'observed',
      value: { pendingSecurity: 1, pending: 2, scannedAt: 200 },
      source: 'apt',
    })
  })

  it.each([
    '/etc/apt/sources.list',
    '/etc/apt/sources.list.d/extra.sources',
    '/etc/apt/preferences.d/pin',
    '/etc/apt/apt.conf.d/99proxy',
    securityList,
  ])('says nothing where %s may not be read, since apt lists what is left', async (path) => {
    const machine = debian({
      files: { [path]: '' },
      denied: [path],
      programs: { apt: { stdout: `Listing...\n${curl}\n` } },
    })
    expect(await osUpdatesOnLinux.take(machine)).toMatchObject({ kind: 'unknown', why: 'denied' })
  })

  it('does not ask for sources that apt passes over anyway', async () => {
    const path = '/etc/apt/sources.list.d/extra.list.save'
    const machine = debian({
      files: { [path]: '' },
      denied: [path],
      programs: { apt: { stdout: `Listing...\n${curl}\n` } },
    })
    expect(await osUpdatesOnLinux.take(machine)).toMatchObject({ kind: 'observed' })
  })

  it('goes by the stamp where that is newer than every list', async () => {
    const stamp = '/var/lib/apt/periodic/update-success-stamp'
    const machine = debian({
      files: { [stamp]: '' },
      statuses: { [stamp]: { modifiedAt: 300 }, [securityList]: { modifiedAt: 200 } },
      programs: { apt: { stdout: 'Listing...\n' } },
    })
    expect(await osUpdatesOnLinux.take(machine)).toMatchObject({ value: { scannedAt: 300 } })
  })

  it('leaves out held packages that dpkg knows of', async () => {
    const machine = debian({
      programs: { apt: { stdout: `Listing...\n${curl}\n` }, 'dpkg-query': { stdout: 'hold curl amd64\n' } },
    })
    expect(await osUpdatesOnLinux.take(machine)).toMatchObject({ value: { pendingSecurity: 0, pending: 1 } })
  })

  it('does not take missing lists for an up-to-date machine', async () => {
    const files = { [release]: 'ID=debian\n' }
    const programs = { apt: { stdout: 'Listing...\n' } }
    expect(await osUpdatesOnLinux.take(aLinuxMachine({ files, programs }))).toMatchObject({
      kind: 'unknown',
      why: 'incomplete',
    })
    expect(await osUpdatesOnLinux.take(aLinuxMachine({ files: { ...files, [mainList]: '' }, programs }))).toMatchObject(
      {
        kind: 'unknown',
      },
    )
  })

  it.each([
    [{ kind: 'timed-out' }, 'timed-out'],
    [{ kind: 'too-much-output' }, 'incomplete'],
    [{ code: 100, stdout: 'Listing...\n', stderr: 'E: …' }, 'failed'],
    [{ code: 0, stdout: '' }, 'incomplete'],
  ] as const)('is unknown when apt came to %j', async (apt, why) => {
    expect(await osUpdatesOnLinux.take(debian({ programs: { apt } }))).toMatchObject({ kind: 'unknown', why })
  })

  it('says whether a restart is needed only where something would say so', async () => {
    const programs = { apt: { stdout: 'Listing...\n' } }
    const notifier = { '/usr/share/update-notifier/notify-reboot-required': '' }
    const asked = { '/run/reboot-required': '*** System restart required ***\n' }
    expect(await osUpdatesOnLinux.take(debian({ programs }))).not.toHaveProperty('value.restartNeeded')
    expect(await osUpdatesOnLinux.take(debian({ programs, files: notifier }))).toHaveProperty(
      'value.restartNeeded',
      false,
    )
    expect(await osUpdatesOnLinux.take(debian({ programs, files: asked }))).toHaveProperty('value.restartNeeded', true)
  })

  it('names every list, and every file that apt goes by, as inputs', async () => {
    const pin = '/etc/apt/preferences.d/nodejs'
    const inputs = await osUpdatesOnLinux.inputs?.(debian({ files: { [pin]: '', [`${lists}/lock`]: '' } }))
    expect(inputs).toEqual(
      expect.arrayContaining([lists, securityList, mainList, '/var/lib/dpkg/status', '/etc/apt/sources.list', pin]),
    )
    expect(inputs).not.toContain(`${lists}/lock`)
  })
})

describe('dnf advisories', () => {
  it('count a package once, however many advisories name it', () => {
    const text = [
      'FEDORA-2024-1 Important/Sec. kernel-6.8.4-200.fc40.x86_64',
      'FEDORA-2024-2 Critical/Sec.  kernel-6.8.5-200.fc40.x86_64',
      'FEDORA-2024-2 Critical/Sec.  kernel-core-6.8.5-200.fc40.x86_64',
      'FEDORA-2024-3 enhancement    nano-7.2-7.fc40.x86_64',
      '',
    ].join('\n')
    expect(parseDnfAdvisories(text)).toMatchObject({ value: { pendingSecurity: 2 } })
  })

  it('are read as version 5 writes them', () => {
    const text = [
      'Name                   Type        Severity                   Package              Issued',
      'FEDORA-2024-1          security    Important  openssl-1:3.2.4-1.fc41.x86_64 2024-11-01 01:02:03',
      'FEDORA-2024-2          bugfix      None       nano-8.1-1.fc41.x86_64        2024-11-02 01:02:03',
      '',
    ].join('\n')
    expect(parseDnfAdvisories(text)).toMatchObject({ value: { pendingSecurity: 1 } })
  })

  it('are none where nothing was printed', () => {
    expect(parseDnfAdvisories('')).toMatchObject({ value: { pendingSecurity: 0 } })
  })

  it.each([
    'FEDORA-2024-1 Important/Sec. kernel-6.8.4-200.fc40.x86_64\nFEDORA-20',
    'Error: Failed to download metadata\n',
    'kernel.x86_64   6.8.5-200.fc40   updates\n',
  ])('are unknown in %j', (text) => {
    expect(parseDnfAdvisories(text).kind).toBe('unknown')
  })

  it('are unknown when dnf failed, and are never kept', async () => {
    const files = { [release]: 'ID=rhel\nVERSION_ID="9.4"\n' }
    const failed = aLinuxMachine({ files, programs: { dnf: { code: 1, stderr: 'Error' } } })
    expect(await osUpdatesOnLinux.take(failed)).toMatchObject({ kind: 'unknown', why: 'failed' })
    expect(await osUpdatesOnLinux.inputs?.(failed)).toContain('/proc/uptime')
  })
})

describe('other package managers', () => {
  it('are up to date by checkupdates only with its own exit code', () => {
    expect(parseCheckupdates(2, '')).toMatchObject({ value: { pendingSecurity: 0, pending: 0 } })
    expect(parseCheckupdates(0, 'linux 6.10-1 -> 6.11-1\n')).toMatchObject({ kind: 'unknown', why: 'incomplete' })
    expect(parseCheckupdates(1, '')).toMatchObject({ kind: 'unknown', why: 'failed' })
  })

  it.each([
    ['ID=opensuse-leap\nVERSION_ID=15.6\n', 'not-supported-here'],
    ['ID=arch\n', 'not-present'],
    ['ID=somethingelse\n', 'not-supported-here'],
  ])('are unknown with %j', async (text, why) => {
    expect(await osUpdatesOnLinux.take(aLinuxMachine({ files: { [release]: text } }))).toMatchObject({
      kind: 'unknown',
      why,
    })
  })
})
