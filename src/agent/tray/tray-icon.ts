import type { AgentState } from '#domain/agent-state.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'

/** Five icons that differ by shape: open arch, arch with triangle, closed gate, dashed arch, arch with slash. */
export const trayIcons = ['healthy', 'attention', 'refused', 'unknown', 'offline'] as const
export type TrayIcon = (typeof trayIcons)[number]

export const iconOfState: { readonly [State in AgentState]: TrayIcon } = {
  starting: 'unknown',
  'update-required': 'attention',
  'not-enrolled': 'unknown',
  'waiting-approval': 'unknown',
  'key-locked': 'attention',
  'key-unavailable': 'attention',
  'key-missing': 'attention',
  quarantined: 'refused',
  offline: 'offline',
  'verdict-old': 'unknown',
  refused: 'refused',
  restricted: 'attention',
  grace: 'attention',
  excepted: 'attention',
  warning: 'attention',
  'nothing-asked': 'unknown',
  healthy: 'healthy',
}

/**
 * The file of an icon, below `assets`. macOS finds `@2x` beside it and takes the name's ending for a template; Windows
 * picks a size out of the `.ico`; on Linux one picture is sent, whatever the panel: the smallest that is sharp at `scale`.
 */
export const trayIconFile: { readonly [Os in OperatingSystem]: (icon: TrayIcon, scale: number) => string } = {
  macos: (icon) => `tray/macos/${icon}Template.png`,
  windows: (icon) => `tray/windows/${icon}.ico`,
  linux: (icon, scale) => `tray/linux/${icon}-${linuxSizes.find((size) => size >= 22 * scale) ?? 48}.png`,
}
const linuxSizes = [22, 24, 32, 48] as const
