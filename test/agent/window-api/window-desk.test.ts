import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ManagedSettings, resolveSettings, unmanaged } from '#agent/managed-settings/resolve-settings.ts'
import type { AgentPorts } from '#agent/ports.ts'
import { chosenBelow, ownSettings } from '#agent/window-api/own-settings.ts'
import { routeDesk, type WindowPorts, windowDesk } from '#agent/window-api/window-desk.ts'
import type { EnrollmentRecord } from '#contract/agent-state-files.ts'
import { installKinds, settingsView } from '#contract/agent-windows.ts'
import { Failure } from '#domain/failure.ts'
import { silentLog } from '#runtime/log.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aLinuxMachine } from '#test/support/a-linux-machine.ts'
import { aSnapshot, noon } from '#test/support/a-snapshot.ts'

const issuer = 'https://posture.example.com'
const pending: EnrollmentRecord = {
  state: 'pending',
  issuer,
  enrollment_id: `${'e'.repeat(21)}A`,
  org: 'Example',
  contact: 'it@example.com',
  authority: `${'a'.repeat(42)}A`,
  retry_at: noon,
}

type Organisation = { readonly enforced?: object; readonly defaults?: object }

/** The desk of a shell that can do what `shell` holds; the organisation sets what is given. */
async function aDesk(more: { shell?: Partial<AgentPorts>; org?: Organisation; ports?: Partial<WindowPorts> } = {}) {
  const folder = await aFolder()
  const settings = ownSettings(join(folder, 'settings.json'), silentLog)
  let managed: ManagedSettings = unmanaged
  const rereadSettings = async () => {
    const source = (members: object) => ({ kind: 'read', place: 'here', members: { ...members } }) as const
    const { enforced = {}, defaults = {} } = more.org ?? {}
    managed = resolveSettings(
      { enforced: source(enforced), defaults: source(defaults) },
      chosenBelow(settings.read()),
      managed,
    )
  }
  await rereadSettings()
  const clock = aClock(noon * 1000)
  const desk = windowDesk({
    shell: { ...bare, clock, paths: { state: folder, control: join(folder, 'c'), logs: folder }, ...more.shell },
    settings,
    managed: () => managed,
    rereadSettings,
    enrollment: () => pending,
    keyRecord: async () => undefined,
    snapshot: () => aSnapshot(),
    inspect: () => Promise.reject(new Error('nobody looks here')),
    request: async () => ({ step_up_url: `${issuer}/step-up/${'A'.repeat(43)}` }),
    privacy: aPrivacyDesk(() => Promise.reject(new Failure('not_found', {}))),
    nowSeconds: () => noon,
    ...more.ports,
  })
  return { desk, settings, clock }
}

/** Asked for a message, and for nothing else. */
function aPrivacyDesk(payload: WindowPorts['privacy']['payload']): WindowPorts['privacy'] {
  const notAsked = () => {
    throw new Error('not asked')
  }
  return { catalogue: notAsked, sent: notAsked, accept: notAsked, payload }
}

const bare: AgentPorts = {
  version: '0.1.0',
  development: false,
  channel: 'stable',
  integrity: 'unknown',
  clock: aClock(),
  random: () => 0.5,
  log: silentLog,
  machine: aLinuxMachine({}),
  paths: { state: '/nowhere', control: '/nowhere/c', logs: '/nowhere' },
  arch: 'x64',
  uid: 1000,
  uptimeSeconds: () => 100,
  secretService: undefined,
}

describe('Settings of a shell that has no desktop', () => {
  it('are shown, and say what there is not', async () => {
    const { desk } = await aDesk()
    const view = await desk.settings()
    expect(settingsView.safeParse(view).success).toBe(true)
    expect(view).toMatchObject({
      autostart: { state: 'not-here', changeable: false },
      tray: 'not-here',
      updates: { install_kind: 'npm', by: 'packages' },
      governed: [],
      hide_quit: false,
    })
  })

  it.each([
    ['quits', (desk: Desk) => desk.quit()],
    ['copies', (desk: Desk) => desk.copy('x')],
    ['saves', (desk: Desk) => desk.saveText('x')],
    ['opens a page', (desk: Desk) => desk.open({ kind: 'console' })],
    ['starts by itself', (desk: Desk) => desk.changeSettings({ autostart: true })],
  ])('neither %s, and says so', async (_, act) => {
    const { desk } = await aDesk()
    await expect((async () => act(desk))()).rejects.toMatchObject({ code: 'not_here' })
  })
})
type Desk = Awaited<ReturnType<typeof aDesk>>['desk']

describe('A setting that nobody but the person decides', () => {
  it('is in force at once, and in the answer', async () => {
    const { desk, settings } = await aDesk()
    expect(await desk.changeSettings({ language: 'de', notifications: 'quiet' })).toMatchObject({
      language: 'de',
      notifications: 'quiet',
    })
    expect(await desk.changeSettings({ quiet_hours: null })).toMatchObject({ language: 'de', quiet_hours: null })
    expect(settings.read()).toMatchObject({ language: 'de', notifications: 'quiet', quiet_hours: null })
  })

  it('shows of the start at login what is, not what was wished', async () => {
    const autostart = {
      state: async () => ({ state: 'requires-approval', changeable: true }) as const,
      change: async () => {},
    }
    const { desk } = await aDesk({ shell: { autostart } })
    expect(await desk.changeSettings({ autostart: true })).toMatchObject({ autostart: { state: 'requires-approval' } })
  })

  it('that could not be kept leaves the others as they were', async () => {
    const full = new Failure('state_unwritable', { file: 'autostart', reason: 'The disk is full (ENOSPC)' })
    const autostart = {
      state: async () => ({ state: 'off', changeable: true }) as const,
      change: () => Promise.reject(full),
    }
    const { desk, settings } = await aDesk({ shell: { autostart } })
    await expect(desk.changeSettings({ autostart: true, language: 'de' })).rejects.toMatchObject({
      code: 'state_unwritable',
    })
    expect(settings.read().language).toBeNull()
  })
})

describe('A setting that the organisation decides', () => {
  it.each<[string, Organisation]>([
    ['enforced', { enforced: { Language: 'en', Notifications: 'quiet' } }],
    ['set as a default, which stands above a choice too', { defaults: { Language: 'en', Notifications: 'quiet' } }],
  ])('%s, is shown as it is in force, marked, and not changed', async (_, org) => {
    const { desk, settings } = await aDesk({ org })
    await settings.change({ language: 'de', notifications: 'off' })
    const view = await desk.settings()
    expect(view).toMatchObject({ language: 'en', notifications: 'quiet' })
    expect(view.governed).toEqual(expect.arrayContaining(['Language', 'Notifications']))
    await expect(desk.changeSettings({ language: 'de' })).rejects.toMatchObject({ code: 'question_invalid' })
    await expect(desk.changeSettings({ notifications: 'off' })).rejects.toMatchObject({ code: 'question_invalid' })
  })

  it('hides Quit, and offers help where it names a page', async () => {
    const { desk } = await aDesk({ org: { enforced: { HideQuit: true, SupportUrl: 'https://help.example.com/' } } })
    expect(await desk.settings()).toMatchObject({ hide_quit: true, support: true })
  })
})

describe('The key of the settings', () => {
  it('shows its record', async () => {
    const record = {
      backEnd: 'keytar',
      kid: `${'k'.repeat(42)}A`,
      tier: 'T1',
      createdAt: noon - 60,
      installId: `${'i'.repeat(21)}A`,
    } as const
    const { desk } = await aDesk({ ports: { keyRecord: async () => record } })
    expect((await desk.settings()).key).toMatchObject({ kid: record.kid, created_at: noon - 60, tier: 'T1' })
  })

  it('whose record cannot be read leaves the rest to be seen', async () => {
    const broken = new Failure('state_unreadable', {
      file: 'key-record.json',
      reason: 'Its rights do not let Postern in (EACCES)',
    })
    const { desk } = await aDesk({ ports: { keyRecord: () => Promise.reject(broken) } })
    expect((await desk.settings()).key).toMatchObject({ kid: null, created_at: null })
  })
})

describe('Who brings a newer Postern', () => {
  it.each(
    installKinds.flatMap((kind) =>
      (['auto', 'notify', 'managed', 'off'] as const).map((mode) => [kind, mode] as const),
    ),
  )('to %s under %s is somebody whom the screen can name', async (installKind, UpdateMode) => {
    const { desk } = await aDesk({ shell: { installKind }, org: { enforced: { UpdateMode } } })
    const { by } = (await desk.settings()).updates
    const isOwn = ['mac-zip', 'appimage', 'nsis'].includes(installKind)
    if (isOwn) expect(by).toBe(UpdateMode === 'auto' || UpdateMode === 'notify' ? 'postern' : 'organisation')
    else expect(by).not.toBe('postern')
  })
})

describe('Reminders of a check', () => {
  it('are silent until then, at most thirty days, and again when it is undone', async () => {
    const { desk, settings } = await aDesk()
    await desk.snooze({ check: 'firewall', until: noon + 400 * 86_400 })
    await desk.snooze({ check: 'disk', until: noon + 60 })
    expect(settings.read().snoozed).toEqual([
      { check: 'firewall', until: noon + 30 * 86_400 },
      { check: 'disk', until: noon + 60 },
    ])
    await desk.snooze({ check: 'firewall', until: null })
    expect((await desk.settings()).snoozed).toEqual([{ check: 'disk', until: noon + 60 }])
  })

  it('of a moment that is over are not silent', async () => {
    const { desk, settings } = await aDesk()
    await desk.snooze({ check: 'firewall', until: noon })
    expect(settings.read().snoozed).toEqual([])
  })
})

describe('Something outside the window', () => {
  const opened: unknown[] = []
  const open: NonNullable<AgentPorts['open']> = {
    settingsPane: async (id) => void opened.push(['pane', id]),
    gatewayPage: async (page, of) => void opened.push([page, of]),
    support: async (url) => void opened.push(['support', url]),
  }
  const check = (id: string) => ({ id: 'firewall', title: {}, why: {}, open: id })

  it('is the pane that the check names, if it is one of ours for this system', async () => {
    const snapshot = () => aSnapshot({ os: 'macos', checks: [check('macos/firewall')] })
    const { desk } = await aDesk({ shell: { open }, ports: { snapshot } })
    opened.length = 0
    await desk.open({ kind: 'settings', check: 'firewall' })
    expect(opened).toEqual([['pane', 'macos/firewall']])
  })

  it.each(['windows/firewall', 'https://evil.example/', 'macos/firewall/../x', ''])(
    'named %j by a gateway is not opened',
    async (named) => {
      const snapshot = () => aSnapshot({ os: 'macos', checks: [check(named)] })
      const { desk } = await aDesk({ shell: { open }, ports: { snapshot } })
      opened.length = 0
      await expect(desk.open({ kind: 'settings', check: 'firewall' })).rejects.toMatchObject({ code: 'cannot_open' })
      expect(opened).toEqual([])
    },
  )

  it('is a page of the enrolled gateway alone', async () => {
    const { desk } = await aDesk({ shell: { open } })
    opened.length = 0
    await desk.open({ kind: 'step-up', request_id: '01a20cc8-6770-7c10-8a4e-5d2f0c9be771' })
    await desk.open({ kind: 'console' })
    expect(opened).toEqual([
      ['step-up', { issuer, id: 'A'.repeat(43) }],
      ['console', { issuer }],
    ])
  })

  it.each([null, 'https://evil.example/step-up/x', `${issuer}/console/`, `${issuer}/step-up/x/../../console`])(
    'is not where a request says to be confirmed at %j',
    async (step_up_url) => {
      const { desk } = await aDesk({ shell: { open }, ports: { request: async () => ({ step_up_url }) } })
      opened.length = 0
      const asked = { kind: 'step-up', request_id: '01a20cc8-6770-7c10-8a4e-5d2f0c9be771' } as const
      await expect(desk.open(asked)).rejects.toMatchObject({ code: 'cannot_open' })
      expect(opened).toEqual([])
    },
  )

  it('is no gateway page where there is no gateway', async () => {
    const { desk } = await aDesk({ shell: { open }, ports: { enrollment: () => undefined } })
    await expect(desk.open({ kind: 'console' })).rejects.toMatchObject({ code: 'not_enrolled' })
  })

  it('is the help that the organisation names, and nothing where it names none', async () => {
    const { desk } = await aDesk({ shell: { open }, org: { enforced: { SupportUrl: 'https://help.example.com/' } } })
    opened.length = 0
    await desk.open({ kind: 'support' })
    expect(opened).toEqual([['support', 'https://help.example.com/']])
    const { desk: other } = await aDesk({ shell: { open } })
    await expect(other.open({ kind: 'support' })).rejects.toMatchObject({ code: 'cannot_open' })
  })
})

describe('A message that is saved', () => {
  it('goes into a file of its kind and time, byte for byte', async () => {
    const saved: unknown[] = []
    const save = {
      async save(name: string, content: string) {
        saved.push([name, content])
        return `/home/ada/${name}`
      },
    }
    const whole = {
      id: `${'1'.repeat(21)}A`,
      typ: 'eat+jwt',
      at: noon,
      bytes: 12,
      receiver: issuer,
      reason: null,
      outcome: 'accepted',
      code: null,
      jws: 'e30.e30.c2ln',
      header: '{}',
      payload: '{}',
      sha256: 'a'.repeat(64),
    } as const
    const { desk } = await aDesk({
      shell: { save },
      ports: {
        privacy: aPrivacyDesk(async () => whole),
      },
    })
    const { path } = await desk.savePayload(whole.id)
    expect(saved).toEqual([['eat-jwt-2026-11-26T10-00-00-000Z.jws', 'e30.e30.c2ln']])
    expect(path).toBe('/home/ada/eat-jwt-2026-11-26T10-00-00-000Z.jws')
  })
})

describe('A program that is told to quit', () => {
  it('answers first', async () => {
    let quits = 0
    const { desk, clock } = await aDesk({ shell: { quit: () => void quits++ } })
    desk.quit()
    expect(quits).toBe(0)
    await clock.advance(1000)
    expect(quits).toBe(1)
  })
})

describe('What a window is to show', () => {
  it('is asked once', () => {
    const desk = routeDesk()
    desk.request({ screen: 'history' })
    expect(desk.take()).toEqual({ screen: 'history' })
    expect(desk.take()).toBeNull()
  })

  it('is the later wish where nobody took the first', () => {
    const desk = routeDesk()
    desk.request({ screen: 'history' })
    desk.request({ screen: 'privacy' })
    expect(desk.take()).toEqual({ screen: 'privacy' })
  })

  it('is told to a window that listens, and still there for one that is only opening', () => {
    const desk = routeDesk()
    const told: unknown[] = []
    desk.onRequest((route) => told.push(route))
    desk.request({ screen: 'settings' })
    expect(told).toEqual([{ screen: 'settings' }])
    expect(desk.take()).toEqual({ screen: 'settings' })
  })

  it('is nothing of the past once the window that was told is closed', () => {
    const desk = routeDesk()
    const close = desk.onRequest(() => undefined)
    desk.request({ screen: 'settings' })
    close()
    expect(desk.take()).toBeNull()
  })

  it('waits for the first window, however many listened before', () => {
    const desk = routeDesk()
    desk.onRequest(() => undefined)()
    desk.request({ screen: 'settings' })
    desk.onRequest(() => undefined)()
    expect(desk.take()).toEqual({ screen: 'settings' })
  })
})
