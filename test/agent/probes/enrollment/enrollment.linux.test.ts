import { describe, expect, it } from 'vitest'
import { enrollmentOnLinux } from '#agent/probes/enrollment/enrollment.linux.ts'
import { parseIntuneRegistration } from '#agent/probes/enrollment/intune-registration.linux.ts'
import { parseRealms } from '#agent/probes/enrollment/realm-list.linux.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'
import { aSample } from '#test/support/a-sample.ts'

const take = (parts: LinuxMachineParts) => enrollmentOnLinux.take(aLinuxMachine({ processes: ['init'], ...parts }))
const joined = aSample('realm-discover.not-configured.txt').replace('configured: no', 'configured: kerberos-member')
const registration = '/home/ada/.config/intune/registration.toml'
const enrolled = aSample('intune-registration.enrolled.toml')

describe('realm list', () => {
  it('tells the domain that the machine is a member of', () => {
    expect(parseRealms(0, joined.replace('domain-name: corp', 'domain-name: CORP'))).toEqual({
      joined: true,
      domain: 'corp.example.com',
    })
  })

  it('finds the joined realm among those that were only seen', () => {
    expect(parseRealms(0, `other.example\n  configured: no\n${joined}`)).toMatchObject({ joined: true })
  })

  it.each([
    [1, ''],
    [1, "Couldn't connect to system bus"],
    [0, 'corp.example.com\n  type: kerberos\n'],
    [0, 'Keine Bereiche eingerichtet\n'],
    [0, 'corp.example.com\n  configured: perhaps\n'],
  ])('that ended with %i and printed %j says nothing', (code, text) => {
    expect(parseRealms(code, text)).toBeUndefined()
  })
})

describe('Intune’s registration', () => {
  it.each([
    ['account_hint = "11111111-2222-4333-8444-555555555555"\n', { isEnrolled: false, isRegistered: false }],
    ['device_hint = ""\n', { isEnrolled: false }],
    ['# device_hint = "99999999-8888-4777-8666-555555555555"\n', { isEnrolled: false }],
    ["device_hint = '99999999-8888-4777-8666-555555555555'\n", { isEnrolled: true, isRegistered: false }],
  ])('is read by its hints: %j', (text, facts) => {
    expect(parseIntuneRegistration(text)).toMatchObject(facts)
  })

  it('that needs patching, or broke off, says nothing', () => {
    expect(parseIntuneRegistration(`${enrolled}needs_patching = true\n`)).toBeUndefined()
    expect(parseIntuneRegistration(enrolled.slice(0, -1))).toBeUndefined()
  })
})

describe('a Linux machine', () => {
  it('that nobody manages says so, and leaves out a directory that nobody could be asked for', async () => {
    expect(await take({})).toEqual({ kind: 'observed', value: { managed: 'no' }, source: 'agents' })
  })

  it('in a domain is not managed by that alone', async () => {
    expect(await take({ programs: { realm: { stdout: joined } } })).toMatchObject({
      value: { managed: 'no', directory: 'domain', domain: 'corp.example.com' },
    })
  })

  it('whose realm answered in words of its own is unknown, without a bus only its directory is', async () => {
    expect(await take({ programs: { realm: { stdout: 'Keine Bereiche eingerichtet\n' } } })).toMatchObject({
      kind: 'unknown',
      why: 'unrecognised-output',
    })
    const noBus = { realm: { code: 1, stderr: "Couldn't connect to system bus" } }
    expect(await take({ programs: noBus })).toMatchObject({ value: { managed: 'no' } })
    expect(await take({ programs: noBus })).not.toHaveProperty('value.directory')
  })

  it('joined by hand has no directory that realm could deny', async () => {
    const programs = { realm: { stdout: '' } }
    expect(await take({ programs })).toMatchObject({ value: { directory: 'none' } })
    const files = { '/etc/krb5.keytab': '' }
    expect(await take({ programs, files })).not.toHaveProperty('value.directory')
    const hidden = { programs, files: { '/etc/sssd/sssd.conf': '' }, denied: ['/etc/sssd'] }
    expect(await take(hidden)).not.toHaveProperty('value.directory')
  })

  it('is managed by an agent that runs, not by one that lies there', async () => {
    const folders = { '/opt/orbit': ['bin'] }
    expect(await take({ folders, processes: ['init', 'orbit'] })).toMatchObject({
      value: { managed: 'yes', by: 'fleet' },
    })
    expect(await take({ folders })).toMatchObject({ kind: 'unknown', why: 'incomplete' })
  })

  it('with a broken or unreadable registration is unknown', async () => {
    expect((await take({ files: { [registration]: `${enrolled}needs_patching = true\n` } })).kind).toBe('unknown')
    expect((await take({ files: { [registration]: enrolled }, denied: [registration] })).kind).toBe('unknown')
    expect((await take({ files: { '/usr/bin/intune-portal': '' } })).kind).toBe('unknown')
  })

  it('does not read a registration that somebody else wrote', async () => {
    const statuses = { [registration]: { owner: 0 } }
    expect((await take({ files: { [registration]: enrolled }, statuses })).kind).toBe('unknown')
  })

  it('finds the registration where the session keeps its settings', async () => {
    const files = { '/home/ada/settings/intune/registration.toml': enrolled }
    const environment = { XDG_CONFIG_HOME: '/home/ada/settings' }
    expect(await take({ files, environment })).toMatchObject({ value: { managed: 'yes', by: 'intune' } })
  })

  it('is unknown where nobody can say what runs', async () => {
    expect(await enrollmentOnLinux.take(aLinuxMachine())).toMatchObject({ kind: 'unknown', why: 'incomplete' })
  })
})
