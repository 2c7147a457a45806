import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isFailure } from '#domain/failure.ts'
import type { GatewaySettings } from '#gateway/settings/gateway-settings.ts'
import type { SettingsOptions } from '#gateway/settings/given-words.ts'
import type { Environment } from '#gateway/settings/places.ts'
import { readSettings } from '#gateway/settings/read-settings.ts'
import { hash } from '#runtime/digest.ts'
import { aFolder } from '#test/support/a-folder.ts'

const organisation =
  'organisation: { name: Example, contact: it@example.com, privacyUrl: https://example.com/privacy }\n'

describe('Settings that say nothing but who runs the gateway', () => {
  it('are those of development, on loopback, with every default', async () => {
    const { settings, folder } = await read(organisation)
    expect(settings).toEqual({
      file: join(folder, 'gateway.yaml'),
      issuer: 'http://localhost:8180',
      development: true,
      organisation: {
        name: 'Example',
        contact: 'it@example.com',
        privacyUrl: 'https://example.com/privacy',
        retentionDays: 400,
      },
      listen: { api: { host: '127.0.0.1', port: 8180 }, check: { host: '127.0.0.1', port: 8181 } },
      checkUrl: 'http://127.0.0.1:8181',
      frontProxies: [],
      data: {
        folder: '/home/ada/.local/share/postern-gateway-development',
        database: '/home/ada/.local/share/postern-gateway-development/postern.sqlite',
        keys: '/home/ada/.local/share/postern-gateway-development/keys',
      },
      policies: join(folder, 'policies'),
      languages: ['en', 'de'],
      resources: [],
      callers: [],
      people: [],
      limits: { noncesPerMinute: 600, enrollmentsPerHour: 60 },
    })
  })

  it('cannot be changed afterwards, at any depth', async () => {
    const { settings } = await read(organisation)
    expect(Object.isFrozen(settings)).toBe(true)
    expect(Object.isFrozen(settings.listen.api)).toBe(true)
  })
})

describe('The settings that the documentation prints', () => {
  it('are read whole', async () => {
    const { settings, folder } = await read(complete, { 'edge-1.secret': 'a-secret-of-the-first-edge\n' })
    expect(settings.development).toBe(false)
    expect(settings.tls).toEqual({ certificate: '/etc/postern/tls.pem', key: join(folder, 'tls.key') })
    expect(settings.resources).toEqual([
      {
        id: 'payments',
        name: 'Payments',
        tags: ['prod'],
        tier: 'high',
        origins: ['https://pay.example.com'],
        owners: ['ada@example.com'],
      },
    ])
    expect(settings.callers).toEqual([
      {
        id: 'edge-1',
        adapter: 'nginx',
        from: ['127.0.0.1/32'],
        secretHash: hash('a-secret-of-the-first-edge'),
        origins: ['https://pay.example.com'],
        clientAddressHeader: 'x-real-ip',
      },
    ])
    expect(settings.people).toEqual([
      {
        email: 'ada@example.com',
        name: 'Ada',
        groups: ['staff', 'engineering'],
        team: 'web',
        admin: true,
        roles: ['auditor', 'security'],
      },
    ])
    expect(settings.frontProxies).toEqual([{ from: ['10.0.0.5/32'], clientAddressHeader: 'x-forwarded-for' }])
    expect(JSON.stringify(settings)).not.toContain('a-secret-of-the-first-edge')
  })
})

describe('A word that is given in several places', () => {
  const file = `${organisation}issuer: https://file.example.com\n`

  it('counts as the option says', async () => {
    const { settings } = await read(file, {}, { issuer: 'https://option.example.com' }, variable)
    expect(settings.issuer).toBe('https://option.example.com')
  })

  it('counts as the variable says where there is no option', async () => {
    expect((await read(file, {}, {}, variable)).settings.issuer).toBe('https://variable.example.com')
  })

  it('is read from the file that <NAME>_FILE names', async () => {
    const folder = await aFolder()
    await writeFile(join(folder, 'issuer'), 'https://secret.example.com\n')
    const { settings } = await read(file, {}, {}, { POSTERN_ISSUER_FILE: join(folder, 'issuer') })
    expect(settings.issuer).toBe('https://secret.example.com')
  })

  it('is refused as variable and file of the variable at once', async () => {
    expect(await issuesOf(file, {}, { ...variable, POSTERN_ISSUER_FILE: '/nowhere' })).toEqual([
      ['POSTERN_ISSUER', 'POSTERN_ISSUER and POSTERN_ISSUER_FILE are both set: leave one out'],
    ])
  })

  const variable = { POSTERN_ISSUER: 'https://variable.example.com' }
})

describe('The data folder', () => {
  const production = `${organisation}issuer: https://gate.example.com\n`
  const places: readonly [string, SettingsOptions, Environment, string][] = [
    ['is systemd’s', {}, { STATE_DIRECTORY: '/var/lib/postern:/var/lib/other' }, '/var/lib/postern'],
    ['is below XDG_DATA_HOME', {}, { XDG_DATA_HOME: '/data' }, '/data/postern-gateway'],
    ['is below the home folder', {}, { XDG_DATA_HOME: 'relative' }, '/home/ada/.local/share/postern-gateway'],
    ['is the one named', { data: '/srv/postern' }, { STATE_DIRECTORY: '/var/lib/postern' }, '/srv/postern'],
  ]
  it.each(places)('%s', async (_, options, environment, folder) => {
    expect((await read(production, {}, options, environment)).settings.data.folder).toBe(folder)
  })
})

describe('An issuer', () => {
  const right = [
    'https://gate.example.com',
    'https://gate.example.com:8443',
    'http://127.0.0.1:9000',
    'http://localhost:80',
  ]
  it.each(right)('%s is taken as it is', async (issuer) => {
    expect((await read(`${organisation}issuer: ${issuer}\n`)).settings.issuer).toBe(issuer)
  })

  const wrong = [
    'https://gate.example.com/',
    'https://gate.example.com/path',
    'https://Gate.example.com',
    'https://gate.example.com:443',
    'https://ada@gate.example.com',
    'http://gate.example.com',
    'http://localhost',
    'http://localhost:08180',
    'http://localhost:99999',
    'http://127.0.0.2:8180',
    'http://[::1]:8180',
    'ftp://gate.example.com',
    'gate.example.com',
  ]
  it.each(wrong)('%s is refused, and the issue says what to write', async (issuer) => {
    const issues = await issuesOf(`${organisation}issuer: "${issuer}"\n`)
    expect(issues).toHaveLength(1)
    expect(issues[0]?.[0]).toBe('/issuer')
    expect(issues[0]?.[1]).toMatch(/^write /)
  })
})

describe('A listener off loopback', () => {
  const production = `${organisation}issuer: https://gate.example.com\n`
  const tls = 'tls: { certificate: tls.pem, key: tls.key }\n'

  it('needs tls', async () => {
    const issues = await issuesOf(`${production}listen: { api: '0.0.0.0:443' }\n`)
    expect(issues).toEqual([['/listen/api', expect.stringContaining('write `tls`')]])
  })

  it('is taken with tls', async () => {
    const { settings } = await read(`${production}${tls}listen: { api: '[::]:443', check: '10.0.0.1:8181' }\n`)
    expect(settings.listen.api).toEqual({ host: '::', port: 443 })
    expect(settings.checkUrl).toBe('https://10.0.0.1:8181')
  })

  it('is refused in development, with tls too', async () => {
    const issues = await issuesOf(`${organisation}${tls}`, { checkListen: '0.0.0.0:8181' })
    expect(issues).toEqual([['--check-listen', expect.stringContaining('for development')]])
  })

  it.each(['8180', 'localhost', '127.0.0.1:99999', '::1:8180', ':8180'])('%s is no address', async (address) => {
    const issues = await issuesOf(organisation, { listen: address })
    expect(issues).toEqual([['--listen', expect.stringContaining('write host:port')]])
  })
})

describe('What cannot be', () => {
  const wrong: readonly [string, string, string, RegExp][] = [
    ['no organisation', '', '/organisation', /missing/],
    ['an unknown key', `${organisation}isuer: https://gate.example.com\n`, '/isuer', /^line 2: .*leave it out/],
    ['an unknown key inside', `${organisation}listen: { app: x }\n`, '/listen/app', /leave it out/],
    [
      'a database',
      `${organisation}database: { url: postgres://db/postern }\n`,
      '/database/url',
      /PostgreSQL comes later/,
    ],
    [
      'a resource called console',
      `${organisation}resources:\n  - { id: console, name: C }\n`,
      '/resources/0/id',
      /^line 3: .*built in/,
    ],
    [
      'two resources of one id',
      `${organisation}resources: [{ id: a, name: A }, { id: a, name: B }]\n`,
      '/resources/1/id',
      /twice/,
    ],
    [
      'two people of one address',
      `${organisation}people: [{ email: a@b.c, name: A }, { email: A@b.c, name: B }]\n`,
      '/people/1/email',
      /twice/,
    ],
    [
      'an origin with a path',
      `${organisation}resources: [{ id: a, name: A, origins: ['https://a.b/c'] }]\n`,
      '/resources/0/origins/0',
      /without path/,
    ],
    [
      'a range without length',
      `${organisation}frontProxies: [{ from: [10.0.0.5], clientAddressHeader: x-real-ip }]\n`,
      '/frontProxies/0/from/0',
      /10\.0\.0\.5\/32/,
    ],
    ['a limit of nothing', `${organisation}limits: { noncesPerMinute: 0 }\n`, '/limits/noncesPerMinute', /at least 1/],
    [
      'a risk tier of another list',
      `${organisation}resources: [{ id: a, name: A, tier: huge }]\n`,
      '/resources/0/tier',
      /low, medium, high, critical/,
    ],
    ['a key twice', `${organisation}${organisation}`, '', /^line 2: /],
    ['an alias', `${organisation}languages: &l [en]\nresources: *l\n`, '', /alias/],
    ['a tag', `${organisation}languages: !mine [en]\n`, '', /^line 2: /],
    ['a value of another type', `${organisation}languages: 5\n`, '/languages', /^line 2: write a list$/],
    [
      'an organisation without a name',
      'organisation: { contact: a@b.c }',
      '/organisation/name',
      /is missing: write text/,
    ],
    [
      'a proxy without origins',
      `${organisation}callers: [{ id: e, adapter: nginx, from: [127.0.0.1/32], secretFile: long.secret }]\n`,
      '/callers/0/origins',
      /is missing/,
    ],
    [
      'a short secret',
      `${organisation}callers: [{ id: e, adapter: authzen, from: [127.0.0.1/32], secretFile: short.secret }]\n`,
      '/callers/0/secretFile',
      /16 characters/,
    ],
    [
      'a secret nobody wrote',
      `${organisation}callers: [{ id: e, adapter: authzen, from: [127.0.0.1/32], secretFile: none }]\n`,
      '/callers/0/secretFile',
      /cannot be read/,
    ],
  ]
  it.each(wrong)('is refused where it stands: %s', async (_, text, pointer, detail) => {
    const issues = await issuesOf(text)
    expect(issues).toContainEqual([pointer, expect.stringMatching(detail)])
  })

  it('says what to do where there is no file', async () => {
    const missing = join(await aFolder(), 'gateway.yaml')
    const thrown = await readSettings({
      options: { config: missing },
      environment: {},
      os: 'linux',
      home: '/home/ada',
    }).catch((cause: unknown) => cause)
    expect(thrown).toMatchObject({
      code: 'settings_invalid',
      details: { file: missing, issues: [{ detail: 'there is no such file: --config names it' }] },
    })
  })
})

const complete = `
issuer: https://posture.example.com
organisation: { name: Example, contact: it@example.com, privacyUrl: https://example.com/privacy, retentionDays: 400 }
listen: { api: '127.0.0.1:8180', check: '127.0.0.1:8181' }
checkUrl: https://check.example.com
tls: { certificate: /etc/postern/tls.pem, key: tls.key }
frontProxies: [{ from: [10.0.0.5/32], clientAddressHeader: x-forwarded-for }]
policies: /etc/postern/policies
languages: [en, de]
resources:
  - { id: payments, name: Payments, tags: [prod], tier: high, origins: ['https://pay.example.com'], owners: [ada@example.com] }
callers:
  - { id: edge-1, adapter: nginx, from: [127.0.0.1/32], secretFile: edge-1.secret, origins: ['https://pay.example.com'], clientAddressHeader: x-real-ip }
people:
  - { email: Ada@example.com, name: Ada, groups: [staff, engineering], team: web, admin: true, roles: [auditor, security] }
limits: { noncesPerMinute: 600, enrollmentsPerHour: 60 }
`

async function read(
  text: string,
  files: Readonly<Record<string, string>> = {},
  options: SettingsOptions = {},
  environment: Environment = {},
): Promise<{ readonly settings: GatewaySettings; readonly folder: string }> {
  const folder = await aFolder()
  await writeFile(join(folder, 'gateway.yaml'), text)
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  const config = join(folder, 'gateway.yaml')
  const settings = await readSettings({
    options: { config, ...options },
    environment,
    os: 'linux',
    home: '/home/ada',
  })
  return { settings, folder }
}

async function issuesOf(
  text: string,
  options: SettingsOptions = {},
  environment: Environment = {},
): Promise<readonly (readonly [string, string])[]> {
  const files = { 'short.secret': 'short', 'long.secret': 'a-secret-that-is-long-enough' }
  const thrown = await read(text, files, options, environment).catch((cause: unknown) => cause)
  if (!isFailure(thrown, 'settings_invalid')) throw thrown
  return thrown.details.issues.map(({ pointer, detail }) => [pointer, detail] as const)
}
