import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildApp } from '../../src/packaging/build-app.ts'
import { buildWindows } from '../../src/packaging/build-windows.ts'
import type { Stage } from '../support/a-stage.ts'
import { copyElectron, type ElectronForTests } from './electron-for-tests.ts'
import { buildForOlderElectron } from './older-electron.ts'

const root = join(import.meta.dirname, '..', '..')

/** The app as it ships, but for the fuses and its archive, in a copy of Electron: the path of its program. */
export async function anApp(stage: Stage, electron: ElectronForTests, programName: 'electron' | 'postern-agent') {
  const { program, app } = await copyElectron(electron, join(stage.folder, programName), programName)
  const define = { POSTERN_VERSION: '"0.1.0"' }
  await buildWindows('app', join(app, 'renderer'))
  if (electron.older) await buildForOlderElectron(root, app, define)
  else await buildApp({ root, outdir: app, define })
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'postern', version: '0.1.0', main: 'main.cjs' }))
  return { program, files: await readdir(app) }
}
