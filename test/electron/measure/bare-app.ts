import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Stage } from '../../support/a-stage.ts'
import { copyElectron, type ElectronForTests } from '../electron-for-tests.ts'

/** What every app in Electron costs: an icon in the tray with one row, and nothing else. The yardstick of ours. */
const main = `const { app, Menu, Tray, nativeImage } = require('electron')
app.on('window-all-closed', () => undefined)
app.whenReady().then(() => {
  const image = nativeImage.createFromDataURL('data:image/png;base64,${'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='}')
  const tray = new Tray(image.resize({ width: 22, height: 22 }))
  tray.setContextMenu(Menu.buildFromTemplate([{ label: 'Quit', click: () => app.quit() }]))
  global.tray = tray
})
`

/**
 * The path of its program, in a whole copy of the same Electron. By hard links both would share every page of it, and each
 * would count for half.
 */
export async function aBareApp(stage: Stage, electron: ElectronForTests): Promise<string> {
  const whole = join(stage.folder, 'whole')
  await cp(electron.folder, whole, { recursive: true })
  const { program, app } = await copyElectron({ ...electron, folder: whole }, join(stage.folder, 'bare'), 'bare-app')
  await mkdir(app, { recursive: true })
  await writeFile(join(app, 'main.js'), main)
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'bare', version: '0.0.1', main: 'main.js' }))
  return program
}
