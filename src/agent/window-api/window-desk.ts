import type { ManagedSettings } from '#agent/managed-settings/resolve-settings.ts'
import type { AgentPorts, InstallKind, ShellFact } from '#agent/ports.ts'
import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { EnrollmentRecord } from '#contract/agent-state-files.ts'
import type { Diagnostics, Language, Openable, Route, SettingsView } from '#contract/agent-windows.ts'
import type { KeyRecord } from '#contract/attestation-state.ts'
import type { Answer, Question, Snapshot } from '#contract/ipc.ts'
import { Failure, isFailure } from '#domain/failure.ts'
import { type RemedyId, remedies } from '#domain/remedies.ts'
import type { Inspection } from './inspect-agent.ts'
import type { OwnSettings } from './own-settings.ts'
import type { PrivacyDesk } from './privacy-desk.ts'

export type WindowPorts = {
  readonly shell: AgentPorts
  readonly settings: OwnSettings
  readonly managed: () => ManagedSettings
  readonly rereadSettings: () => Promise<void>
  readonly enrollment: () => EnrollmentRecord | undefined
  readonly keyRecord: () => Promise<KeyRecord | undefined>
  readonly snapshot: () => Snapshot
  /** How the gateway is reached. */
  readonly networkFacts?: () => Promise<readonly ShellFact[]>
  readonly inspect: () => Promise<Inspection>
  /** A request as it is known here. Failure: `not_found`. */
  readonly request: (requestId: string) => Promise<Pick<ShownRequest, 'step_up_url'>>
  readonly privacy: PrivacyDesk
  readonly nowSeconds: () => number
}

/** What a window can do beside posture and exceptions. What this shell has no port for fails with `not_here`. */
export type WindowDesk = {
  settings(): Promise<SettingsView>
  changeSettings(change: Question<'settings/change'>): Promise<SettingsView>
  snooze(question: Question<'reminder/snooze'>): Promise<void>
  open(what: Openable): Promise<void>
  savePayload(id: string): Promise<Answer<'privacy/save'>>
  saveText(text: string): Promise<Answer<'diagnostics/save'>>
  copy(text: string): void
  diagnostics(language: Language): Promise<Diagnostics>
  quit(): void
}

/** A click is answered before the program ends. */
const answeredMs = 100
const longestSnoozeSeconds = 30 * 86_400

export function windowDesk(ports: WindowPorts): WindowDesk {
  const { shell, settings, nowSeconds } = ports
  const issuer = () => {
    const record = ports.enrollment()
    if (record === undefined) throw new Failure('not_enrolled', {})
    return record.issuer
  }
  const save = async (name: string, content: string) => ({ path: await has(shell.save).save(name, content) })

  return {
    settings: () => viewOf(ports),
    async changeSettings({ language, notifications, quiet_hours, autostart }) {
      const governed = decidedBy(ports.managed())
      if (language !== undefined && governed.includes('Language')) throw isGoverned()
      if (notifications !== undefined && governed.includes('Notifications')) throw isGoverned()
      if (autostart !== undefined) await has(shell.autostart).change(autostart)
      const chosen = {
        ...(language === undefined ? {} : { language }),
        ...(notifications === undefined ? {} : { notifications }),
        ...(quiet_hours === undefined ? {} : { quiet_hours }),
      }
      if (Object.keys(chosen).length > 0) await settings.change(chosen)
      await ports.rereadSettings()
      return viewOf(ports)
    },
    async snooze({ check, until }) {
      const now = nowSeconds()
      const others = settings.read().snoozed.filter((each) => each.check !== check && each.until > now)
      const mine = until === null || until <= now ? [] : [{ check, until: Math.min(until, now + longestSnoozeSeconds) }]
      await settings.change({ snoozed: [...others, ...mine].slice(-100) })
    },
    async open(what) {
      const port = has(shell.open)
      if (what.kind === 'settings') return port.settingsPane(paneOf(ports.snapshot(), what.check))
      if (what.kind === 'support') {
        const { SupportUrl } = ports.managed().values
        if (SupportUrl === undefined)
          throw new Failure('cannot_open', { reason: 'Your organisation names no help page' })
        return port.support(SupportUrl)
      }
      if (what.kind === 'step-up') {
        const id = stepUpId((await ports.request(what.request_id)).step_up_url, issuer())
        if (id === undefined) throw new Failure('cannot_open', { reason: 'This request has nothing to confirm' })
        return port.gatewayPage('step-up', { issuer: issuer(), id })
      }
      return port.gatewayPage(what.kind === 'console' ? 'console' : 'enroll', { issuer: issuer() })
    },
    async savePayload(id) {
      const { jws, typ, at } = await ports.privacy.payload(id)
      const day = new Date(at * 1000).toISOString().replaceAll(/[:.]/g, '-')
      return save(`${typ.replace('+', '-')}-${day}.jws`, jws)
    },
    saveText: (text) => save('postern-diagnostics.txt', text),
    copy: (text) => has(shell.clipboard).copy(text),
    async diagnostics(language) {
      const [inspection, network, facts] = await Promise.all([
        ports.inspect(),
        ports.networkFacts?.() ?? [],
        shell.shellFacts?.() ?? [],
      ])
      const { name, os, release, home, user } = shell.machine.host()
      const { makeDiagnostics } = await import('./diagnostics-desk.ts') // when somebody looks
      return makeDiagnostics({
        inspection,
        snapshot: ports.snapshot(),
        control: shell.paths.control,
        uid: shell.uid,
        now: nowSeconds(),
        language,
        channel: shell.channel,
        shell: [...network, ...facts],
        host: { name, os, release, home, user: user.name },
      })
    },
    quit() {
      const quit = has(shell.quit)
      shell.clock.setTimer(answeredMs, quit)
    },
  }
}

/** A window that was opened for something asks once what; a later wish takes the place of one nobody took. */
export type RouteDesk = {
  request(route: Route): void
  take(): Route | null
  onRequest(listener: (route: Route) => void): () => void
}

export function routeDesk(): RouteDesk {
  const listeners = new Set<(route: Route) => void>()
  let untaken: Route | null = null
  let wasTold = false
  return {
    request(route) {
      untaken = route
      wasTold = listeners.size > 0 // but a window that is still opening does not listen yet, and asks
      for (const listener of [...listeners]) listener(route)
    },
    take() {
      const route = untaken
      untaken = null
      return route
    },
    onRequest(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0 && wasTold) untaken = null // the next window is opened for something else
      }
    },
  }
}

function has<Port>(port: Port | undefined): Port {
  if (port === undefined) throw new Failure('not_here', {})
  return port
}

function isGoverned(): Failure<'question_invalid'> {
  return new Failure('question_invalid', { errors: [{ pointer: '', detail: 'Your organisation decides this' }] })
}

/** The pane that the gateway's check names, if it is one of ours for this system. */
function paneOf({ checks, os }: Snapshot, check: string): RemedyId {
  const named = checks.find(({ id }) => id === check)?.open
  const pane = remedies.find((id) => id === named && id.startsWith(`${os}/`))
  if (pane === undefined) throw new Failure('cannot_open', { reason: 'This check has no settings page on this system' })
  return pane
}

async function viewOf(ports: WindowPorts): Promise<SettingsView> {
  const { shell, settings } = ports
  const { values } = ports.managed()
  const governed = decidedBy(ports.managed())
  const { language, notifications, quiet_hours, snoozed } = settings.read()
  const record = ports.enrollment()
  const snapshot = ports.snapshot()
  const installKind = shell.installKind ?? (shell.development ? 'development' : 'npm')
  const keyRecord = await knownKey(ports)
  return {
    language: governed.includes('Language') ? (values.Language ?? null) : language,
    notifications: governed.includes('Notifications') ? values.Notifications : notifications,
    quiet_hours,
    snoozed: snoozed.filter(({ until }) => until > ports.nowSeconds()),
    autostart: (await shell.autostart?.state()) ?? { state: 'not-here', changeable: false },
    tray: shell.trayState?.() ?? 'not-here',
    updates: {
      install_kind: installKind,
      by: updaterOf(installKind, values.UpdateMode, governed.includes('UpdateMode')),
    },
    hide_quit: values.HideQuit,
    support: values.SupportUrl !== undefined,
    governed,
    gateway:
      record === undefined
        ? null
        : {
            issuer: record.issuer,
            organisation: record.org,
            contact: snapshot.contact,
            owner: snapshot.owner,
            device_id: snapshot.device_id,
          },
    key: {
      back_end: snapshot.key_store.kind,
      state: snapshot.key_store.state,
      tier: snapshot.tier ?? keyRecord?.tier ?? null,
      kid: keyRecord?.kid ?? null,
      created_at: keyRecord?.createdAt ?? null,
    },
  }
}

/** What the organisation decides: what it enforces, and its defaults, which stand above a person's choice as well. */
function decidedBy({ governed, known }: ManagedSettings): string[] {
  return [...new Set<string>([...governed, ...Object.keys(known.defaults.values)])]
}

/** A record that cannot be read leaves the rest of the settings to be seen and changed; the key's state says what is wrong. */
async function knownKey({ keyRecord }: WindowPorts): Promise<KeyRecord | undefined> {
  try {
    return await keyRecord()
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown
    return undefined
  }
}

type Updater = SettingsView['updates']['by']

/** Who brings a newer Postern to this kind of installation (desktop.md section 9). */
const updaterOfKind: { readonly [Kind in InstallKind]: Updater } = {
  'mac-zip': 'postern',
  appimage: 'postern',
  nsis: 'postern',
  pkg: 'organisation',
  msi: 'organisation',
  deb: 'packages',
  rpm: 'packages',
  npm: 'packages',
  development: 'nobody',
}

function updaterOf(kind: InstallKind, mode: 'auto' | 'notify' | 'managed' | 'off', isManaged: boolean): Updater {
  const usual = updaterOfKind[kind]
  if (usual !== 'postern') return usual
  if (mode === 'managed') return 'organisation'
  return mode === 'off' ? (isManaged ? 'organisation' : 'nobody') : usual
}

/** The id of the page where the person proves that it is they; an address counts only if it is exactly that page's. */
function stepUpId(url: string | null, issuer: string): string | undefined {
  const id = url?.split('/').at(-1)
  return url === `${issuer}/step-up/${id}` ? id : undefined
}
