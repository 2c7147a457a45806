import { join } from 'node:path'
import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import type { OperatingSystem } from '#domain/operating-system.ts'
import { registerAppScheme } from './app-protocol.ts'
import { confineEverything } from './window-security.ts'

/** Names this program on Windows: toasts and the task bar find it by them. Never changed. */
const appUserModelId = 'dev.postern.agent'
const toastActivator = '{6B0F7C0E-58D4-4C3E-9E5B-2A7D2C1B9F40}'

/**
 * What must be done before Electron is ready, in this order (desktop.md section 2). False: another instance runs, which
 * has been handed `link`; this one is to end.
 */
export function beforeReady(asked: {
  readonly os: OperatingSystem
  readonly stateFolder: string
  readonly hardwareAcceleration: boolean
  readonly handOver: { readonly [name: string]: string }
}): boolean {
  app.setPath('userData', join(asked.stateFolder, 'chromium'))
  if (!app.requestSingleInstanceLock(asked.handOver)) return false
  app.enableSandbox()
  if (!asked.hardwareAcceleration) app.disableHardwareAcceleration()
  registerAppScheme()
  confineEverything()
  systemSteps[asked.os]()
  return true
}

const systemSteps: { readonly [System in OperatingSystem]: () => void } = {
  macos() {
    // Without a menu the keys for copying and pasting do nothing there. Quitting is in the tray, where it asks first.
    const submenu: MenuItemConstructorOptions[] = [{ role: 'hide' }, { role: 'hideOthers' }, { role: 'unhide' }]
    const first = { label: 'Postern', submenu }
    Menu.setApplicationMenu(Menu.buildFromTemplate([first, { role: 'editMenu' }, { role: 'windowMenu' }]))
    app.setActivationPolicy('accessory')
  },
  windows() {
    Menu.setApplicationMenu(null)
    app.setAppUserModelId(appUserModelId)
    app.setToastActivatorCLSID(toastActivator)
  },
  linux: () => Menu.setApplicationMenu(null),
}
