import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, clipboard, Notification } from 'electron'
import type { AgentPorts, InstallKind, ShellFact, TrayState } from '#agent/ports.ts'
import { installKinds } from '#contract/agent-windows.ts'
import { networkPort } from './network.ts'
import type { SystemWatch } from './system-watch.ts'

/** The ports of an agent without windows, and what Electron adds. */
export function shellPorts(
  base: AgentPorts,
  of: {
    readonly watch: SystemWatch
    readonly trayState: () => TrayState
    readonly isWindowOpen: () => boolean
    readonly ready: Promise<unknown>
  },
): AgentPorts {
  const { os, home } = base.machine.host()
  const { power, presence } = of.watch
  // What only a person's click needs is loaded with the first.
  const opening = async () => (await import('./open-settings.ts')).openPort(base.machine)
  const saving = async () => (await import('./save-file.ts')).saveFile
  const starting = async () => (await import('./autostart.ts')).autostartPort(os, home)
  return {
    ...base,
    power,
    presence,
    network: networkPort(of.ready),
    open: {
      settingsPane: async (id) => (await opening()).settingsPane(id),
      gatewayPage: async (page, issued) => (await opening()).gatewayPage(page, issued),
      support: async (url) => (await opening()).support(url),
    },
    clipboard: { copy: (text) => clipboard.writeText(text) },
    save: { save: async (name, content) => (await saving()).save(name, content) },
    autostart: {
      state: async () => (await starting()).state(),
      change: async (on) => (await starting()).change(on),
    },
    quit: () => app.quit(),
    installKind: installKind(),
    trayState: of.trayState,
    isWindowOpen: of.isWindowOpen,
    shellFacts: async () => shellFacts(of.trayState(), await notifications(base)),
  }
}

/** Each kind of installation is a build of its own, which says its kind in the app's `package.json`. */
function installKind(): InstallKind {
  if (!app.isPackaged) return 'development'
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(app.getAppPath(), 'package.json'), 'utf8'))
    if (typeof manifest !== 'object' || manifest === null || !('posternInstallKind' in manifest)) return 'development'
    return installKinds.find((kind) => kind === manifest.posternInstallKind) ?? 'development'
  } catch {
    return 'development' // nobody brings a newer one
  }
}

async function notifications({ notificationDaemon }: AgentPorts): Promise<string> {
  if (notificationDaemon !== undefined) return notificationDaemon()
  return Notification.isSupported() ? 'supported' : 'not supported'
}

function shellFacts(tray: TrayState, notifications: string): readonly ShellFact[] {
  const { electron = '', chrome = '', node = '' } = process.versions
  const processes = app
    .getAppMetrics()
    .map(({ type, memory }): ShellFact => ({ name: 'process', value: `${type}, ${memory.workingSetSize} KB` }))
  return [
    { name: 'shell', value: `Electron ${electron}, Chromium ${chrome}, Node ${node}` },
    { name: 'tray', value: tray },
    { name: 'notifications', value: notifications },
    ...processes,
  ]
}
