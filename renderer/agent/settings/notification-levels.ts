import type { QuietHours, SettingsView } from '#contract/agent-windows.ts'

/** As the contract lists them; a page imports types of it alone. */
const levels: { readonly [Level in SettingsView['notifications']]: true } = { normal: true, quiet: true, off: true }
export const notificationLevels: readonly SettingsView['notifications'][] = Object.keys(levels).filter(isLevel)

/** What stands when quiet hours are switched on. */
export const usualQuietHours: QuietHours = { from: '19:00', to: '08:00' }

function isLevel(level: string): level is SettingsView['notifications'] {
  return Object.hasOwn(levels, level)
}
