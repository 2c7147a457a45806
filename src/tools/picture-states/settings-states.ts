import type { Diagnostics, SettingsView } from '#contract/agent-windows.ts'
import type { RequestHandlers, Snapshot } from '#contract/ipc.ts'
import {
  aSnapshot,
  contact,
  day,
  deviceId,
  hour,
  issuer,
  kid,
  notEnrolled,
  now,
  organisation,
  owner,
} from './company.ts'
import { type Act, fails, gives, never, type PictureState, type PictureStates } from './picture-state.ts'

const view: SettingsView = {
  language: null,
  notifications: 'normal',
  quiet_hours: { from: '19:00', to: '08:00' },
  snoozed: [],
  autostart: { state: 'on', changeable: true },
  tray: 'shown',
  updates: { install_kind: 'mac-zip', by: 'postern' },
  hide_quit: false,
  support: true,
  governed: [],
  gateway: { issuer, organisation, contact, owner, device_id: deviceId },
  key: { back_end: 'keytar', state: 'ok', tier: 'T1', kid, created_at: now - 2 * day },
}

const seen: Diagnostics = {
  at: now,
  findings: [
    { id: 'state-folder/fine', state: 'fine', says: 'The state folder belongs to you alone.', why: null, todo: null },
    { id: 'key-store/fine', state: 'fine', says: 'The device key lies in the system keychain.', why: null, todo: null },
    {
      id: 'gateway/reached',
      state: 'fine',
      says: 'posture.havel-optics.example answers in 38 ms.',
      why: null,
      todo: null,
    },
    {
      id: 'clock/fine',
      state: 'fine',
      says: 'The clock agrees with the gateway’s to within a second.',
      why: null,
      todo: null,
    },
    { id: 'report/fine', state: 'fine', says: 'The last report was accepted 12 minutes ago.', why: null, todo: null },
  ],
  facts: [
    { name: 'version', value: '1.4.0' },
    { name: 'channel', value: 'stable' },
    { name: 'shell', value: 'Electron 45.5.0, Chromium 146.0.7680.31, Node 24.3.0' },
    { name: 'os', value: 'macOS 26.1' },
    { name: 'language', value: 'en' },
    { name: 'gateway', value: 'posture.havel-optics.example' },
    { name: 'proxy', value: 'direct' },
    { name: 'tls_inspected', value: 'no' },
    { name: 'clock', value: '0 s' },
    { name: 'stream', value: 'open' },
    { name: 'key_store', value: 'keytar ok' },
    { name: 'last_failure', value: `gateway_unreachable ${new Date((now - 26 * hour) * 1000).toISOString()}` },
    { name: 'tray', value: 'shown' },
    { name: 'notifications', value: 'supported' },
    { name: 'process', value: 'Browser, 121344 KB' },
    { name: 'process', value: 'Tab, 98304 KB' },
  ],
  text: '',
}
/** What an export holds, as the agent writes it. */
function withText(view: Diagnostics): Diagnostics {
  const facts = view.facts.map(({ name, value }) => `${name}: ${value}`)
  const findings = view.findings.flatMap(({ id, state, says: what, why, todo }) => [
    `[${state}] ${id}: ${what}`,
    ...[why, todo].flatMap((text) => (text === null ? [] : [`    ${text}`])),
  ])
  const head = `Postern 1.4.0, ${new Date(view.at * 1000).toISOString()}`
  return { ...view, text: `${[head, '', ...facts, '', ...findings].join('\n')}\n` }
}
const found = withText(seen)
const wrong: Diagnostics = {
  ...found,
  findings: [
    {
      id: 'gateway/unreachable',
      state: 'wrong',
      says: 'posture.havel-optics.example cannot be reached.',
      why: 'Its name is not known on this network.',
      todo: 'Check the network, or whether a VPN is needed.',
    },
    {
      id: 'clock/unknown',
      state: 'unknown',
      says: 'Whether the clock is right is not known.',
      why: 'The gateway did not answer.',
      todo: null,
    },
    {
      id: 'key-store/file',
      state: 'note',
      says: 'The device key is a file on this disk.',
      why: 'Your organisation allows it.',
      todo: null,
    },
    ...found.findings.slice(0, 1),
  ],
}

/** The findings in German; `text` stays as it is, since it goes to whoever helps. */
const inGerman: { readonly [sentence: string]: string } = {
  'The state folder belongs to you alone.': 'Der Ordner des Zustands gehört Ihnen allein.',
  'The device key lies in the system keychain.': 'Der Geräteschlüssel liegt im Schlüsselbund des Systems.',
  'posture.havel-optics.example answers in 38 ms.': 'posture.havel-optics.example antwortet in 38 ms.',
  'The clock agrees with the gateway’s to within a second.':
    'Die Uhr stimmt auf eine Sekunde mit der des Gateways überein.',
  'The last report was accepted 12 minutes ago.': 'Der letzte Bericht wurde vor 12 Minuten angenommen.',
  'posture.havel-optics.example cannot be reached.': 'posture.havel-optics.example ist nicht erreichbar.',
  'Its name is not known on this network.': 'Der Name ist in diesem Netz nicht bekannt.',
  'Check the network, or whether a VPN is needed.': 'Prüfen Sie das Netz, und ob ein VPN nötig ist.',
  'Whether the clock is right is not known.': 'Ob die Uhr stimmt, ist nicht bekannt.',
  'The gateway did not answer.': 'Das Gateway hat nicht geantwortet.',
  'The device key is a file on this disk.': 'Der Geräteschlüssel ist eine Datei auf diesem Datenträger.',
  'Your organisation allows it.': 'Ihre Organisation erlaubt es.',
}

/** The same findings in the language that is asked for. */
function says(view: Diagnostics): RequestHandlers['diagnostics/preview'] {
  const german = (sentence: string) => inGerman[sentence] ?? sentence
  const findings = view.findings.map(({ says: what, why, todo, ...rest }) => ({
    ...rest,
    says: german(what),
    why: why === null ? null : german(why),
    todo: todo === null ? null : german(todo),
  }))
  const facts = view.facts.map((fact) => (fact.name === 'language' ? { ...fact, value: 'de' } : fact))
  return async ({ language }) => (language === 'de' ? { ...view, findings, facts } : view)
}

function shows(
  parts: Partial<SettingsView> = {},
  snapshot: Partial<Snapshot> = {},
  more: Partial<RequestHandlers> = {},
): PictureState {
  return {
    route: { screen: 'settings' },
    snapshot: aSnapshot(snapshot),
    answers: { 'settings/read': gives({ ...view, ...parts }), 'diagnostics/preview': says(found), ...more },
  }
}
const looked: readonly Act[] = [{ act: 'press', name: 'look' }]

export const settingsStateNames = [
  'own',
  'governed',
  'not-enrolled',
  'autostart-to-be-allowed',
  'autostart-switched-off',
  'autostart-not-here',
  'no-tray-host',
  'updated-by-packages',
  'silent',
  'file-key',
  'key-locked',
  'loading',
  'failed',
  'diagnostics',
  'diagnostics-wrong',
  'diagnostics-facts',
  'diagnostics-loading',
  'diagnostics-failed',
  'export',
  'quit',
] as const

export const settingsStates: PictureStates<(typeof settingsStateNames)[number]> = {
  own: shows(),
  governed: shows(
    {
      governed: ['Language', 'Notifications', 'UpdateMode', 'HideQuit', 'ServerUrl'],
      language: 'en',
      notifications: 'quiet',
      hide_quit: true,
      updates: { install_kind: 'pkg', by: 'organisation' },
      autostart: { state: 'on', changeable: false },
    },
    { managed: { governed: ['Language', 'Notifications', 'UpdateMode', 'HideQuit', 'ServerUrl'], remarks: [] } },
  ),
  'not-enrolled': {
    route: { screen: 'settings' },
    snapshot: notEnrolled(),
    answers: {
      'settings/read': gives({
        ...view,
        gateway: null,
        key: { back_end: null, state: 'missing', tier: null, kid: null, created_at: null },
      }),
      'diagnostics/preview': says(found),
    },
  },
  'autostart-to-be-allowed': shows({ autostart: { state: 'requires-approval', changeable: true } }),
  'autostart-switched-off': shows(
    { autostart: { state: 'switched-off-by-system', changeable: false } },
    { os: 'windows' },
  ),
  'autostart-not-here': shows({
    autostart: { state: 'not-here', changeable: false },
    updates: { install_kind: 'development', by: 'nobody' },
  }),
  'no-tray-host': shows({ tray: 'no-host' }, { os: 'linux' }),
  'updated-by-packages': shows({ updates: { install_kind: 'deb', by: 'packages' } }, { os: 'linux' }),
  silent: shows({ notifications: 'off', quiet_hours: null }),
  'file-key': shows(
    { key: { back_end: 'file', state: 'file', tier: 'T0', kid, created_at: now - 2 * day } },
    { tier: 'T0', key_store: { kind: 'file', state: 'file', reason: null } },
  ),
  'key-locked': shows(
    { key: { ...view.key, state: 'locked' } },
    { state: 'key-locked', key_store: { kind: 'keytar', state: 'locked', reason: 'collection-locked' } },
  ),
  loading: shows({}, {}, { 'settings/read': never }),
  failed: shows(
    {},
    {},
    {
      'settings/read': fails('state_unreadable', {
        file: 'settings.json',
        reason: 'Its rights do not let Postern in (EACCES)',
      }),
    },
  ),
  diagnostics: { ...shows(), acts: looked },
  'diagnostics-wrong': {
    ...shows(
      { key: { back_end: 'file', state: 'file', tier: 'T0', kid, created_at: now - 2 * day } },
      { state: 'offline', stream: 'waiting', tier: 'T0', key_store: { kind: 'file', state: 'file', reason: null } },
      { 'diagnostics/preview': says(wrong) },
    ),
    acts: looked,
  },
  'diagnostics-loading': { ...shows({}, {}, { 'diagnostics/preview': never }), acts: looked },
  'diagnostics-failed': { ...shows({}, {}, { 'diagnostics/preview': fails('agent_not_running', {}) }), acts: looked },
  'diagnostics-facts': { ...shows(), acts: [...looked, { act: 'press', name: 'facts' }] },
  export: { ...shows(), acts: [...looked, { act: 'press', name: 'export' }] },
  quit: { ...shows(), acts: [{ act: 'press', name: 'quit' }] },
}
