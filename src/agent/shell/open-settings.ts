import { shell } from 'electron'
import type { Machine } from '#agent/machine/machine.ts'
import type { OpenPort } from '#agent/ports.ts'
import { Failure } from '#domain/failure.ts'
import type { RemedyId } from '#domain/remedies.ts'

/** A pane of the system's settings: an address that the system itself understands, or a question to its settings program. */
export type Pane = { readonly url: string } | { readonly program: SettingsProgram; readonly action: readonly string[] }

/** Programs of a desktop that open at a place when asked over the session bus (`org.freedesktop.Application`). */
const settingsPrograms = {
  'gnome-settings': { name: 'org.gnome.Settings', path: '/org/gnome/Settings' },
  'gnome-software': { name: 'org.gnome.Software', path: '/org/gnome/Software' },
} as const
type SettingsProgram = keyof typeof settingsPrograms

const macos = (pane: string): Pane => ({ url: `x-apple.systempreferences:${pane}` })
const macosSecurity = 'com.apple.settings.PrivacySecurity.extension'
const windows = (page: string): Pane => ({ url: page })
/** The panel's name as GNOME's settings know it. */
const gnomePanel = (panel: string): Pane => ({
  program: 'gnome-settings',
  action: ['launch-panel', '1', '(sav)', panel, '0', '0'],
})

/** Every pane that a remedy may name. */
export const panes: { readonly [Id in RemedyId]: Pane } = {
  'macos/os-updates': macos('com.apple.Software-Update-Settings.extension'),
  'macos/automatic-updates': macos('com.apple.Software-Update-Settings.extension'),
  'macos/disk-encryption': macos(`${macosSecurity}?FileVault`),
  'macos/firewall': macos('com.apple.Network-Settings.extension?Firewall'),
  'macos/enrollment': macos('com.apple.Profiles-Settings.extension'),
  'macos/screen-lock': macos('com.apple.Lock-Screen-Settings.extension'),
  'macos/system-integrity': macos(macosSecurity),
  'macos/remote-access': macos('com.apple.Sharing-Settings.extension'),
  'macos/automatic-login': macos('com.apple.Users-Groups-Settings.extension'),
  'windows/os-updates': windows('ms-settings:windowsupdate'),
  'windows/automatic-updates': windows('ms-settings:windowsupdate-options'),
  'windows/disk-encryption': windows('ms-settings:deviceencryption'),
  'windows/firewall': windows('windowsdefender://network/'),
  'windows/enrollment': windows('ms-settings:workplace'),
  'windows/screen-lock': windows('ms-settings:signinoptions'),
  'windows/system-integrity': windows('windowsdefender://devicesecurity/'),
  'windows/remote-access': windows('ms-settings:remotedesktop'),
  'windows/automatic-login': windows('ms-settings:signinoptions'),
  'windows/malware-protection': windows('windowsdefender://threat/'),
  'windows/secure-boot': windows('windowsdefender://devicesecurity/'),
  'linux/os-updates': { program: 'gnome-software', action: ['set-mode', '1', 's', 'updates'] },
  'linux/screen-lock': gnomePanel('privacy'),
  'linux/remote-access': gnomePanel('sharing'),
  'linux/automatic-login': gnomePanel('user-accounts'),
}

const id43 = /^[A-Za-z0-9_-]{43}$/

/** A page of the gateway, of its issuer, a constant path and a checked id. Undefined: it cannot be built. */
export function gatewayPageUrl(
  page: 'console' | 'step-up' | 'enroll',
  of: { readonly issuer: string; readonly id?: string },
): string | undefined {
  const loopback = /^http:\/\/(localhost|127\.0\.0\.1):\d{1,5}$/
  if (!/^https:\/\/[a-z0-9.-]+(:\d{1,5})?$/.test(of.issuer) && !loopback.test(of.issuer)) return undefined
  if (page === 'console') return `${of.issuer}/console/`
  if (page === 'enroll') return `${of.issuer}/enroll`
  return of.id !== undefined && id43.test(of.id) ? `${of.issuer}/step-up/${of.id}` : undefined
}

/** An address of the organisation's help: `https:` without a name or password in it. */
export function isSupportUrl(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined
  return url?.protocol === 'https:' && url.username === '' && url.password === ''
}

/** The only place that opens anything outside. What is opened is ours to build: never an address of a page or a server. */
export function openPort(machine: Pick<Machine, 'run'>): OpenPort {
  async function openAddress(address: string | undefined): Promise<void> {
    if (address === undefined) throw new Failure('cannot_open', { reason: 'It is no address that may be opened' })
    try {
      await shell.openExternal(address)
    } catch (cause) {
      throw new Failure('cannot_open', { reason: 'The system opened nothing' }, { cause })
    }
  }
  async function askProgram(program: SettingsProgram, [action = '', ...parameter]: readonly string[]): Promise<void> {
    const { name, path } = settingsPrograms[program]
    const words = ['ActivateAction', 'sava{sv}', action, ...parameter, '0']
    const ran = await machine.run('busctl', ['--user', 'call', name, path, 'org.freedesktop.Application', ...words])
    if (ran.kind !== 'ran' || ran.code !== 0)
      throw new Failure('cannot_open', { reason: 'This desktop has no settings program that Postern knows' })
  }
  return {
    settingsPane(id) {
      const pane = panes[id]
      return 'url' in pane ? openAddress(pane.url) : askProgram(pane.program, pane.action)
    },
    gatewayPage: (page, of) => openAddress(gatewayPageUrl(page, of)),
    support: (url) => openAddress(isSupportUrl(url) ? url : undefined),
  }
}
