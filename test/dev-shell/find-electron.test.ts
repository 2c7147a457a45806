import { describe, expect, it } from 'vitest'
import { type ElectronPlaces, findElectron } from '#dev-shell/find-electron.ts'

const packageFolder = '/repo/node_modules/electron'

function places(
  files: { readonly [path: string]: string },
  executables: readonly string[] = [],
  environment: ElectronPlaces['environment'] = {},
): ElectronPlaces {
  return {
    packageFolder,
    environment,
    readText: (path) => files[path],
    isExecutable: (path) => executables.includes(path),
  }
}

describe('A package whose binary was never downloaded', () => {
  it('has none', () => {
    expect(findElectron(places({}))).toEqual({ kind: 'none', reason: 'No Electron binary' })
  })

  it('has none even where path.txt names one', () => {
    const found = findElectron(places({ [`${packageFolder}/path.txt`]: 'electron' }))
    expect(found).toEqual({ kind: 'none', reason: 'No Electron binary' })
  })
})

describe('A package with its binary', () => {
  const program = `${packageFolder}/dist/electron`
  const there = (version: string | undefined) => ({
    [`${packageFolder}/path.txt`]: 'electron',
    ...(version === undefined ? {} : { [`${packageFolder}/dist/version`]: version }),
  })

  it.each(['45.5.0', 'v45.5.0', '46.0.0-beta.1\n', '100.1.2'])('has one of version %j', (version) => {
    expect(findElectron(places(there(version), [program]))).toMatchObject({ kind: 'found', path: program })
  })

  it.each([
    ['22.3.25', 'No Electron binary of 45 or newer (there is 22.3.25)'],
    ['44.9.9', 'No Electron binary of 45 or newer (there is 44.9.9)'],
    ['', 'No Electron binary that says its version'],
    ['latest', 'No Electron binary that says its version'],
    ['45', 'No Electron binary that says its version'],
    [undefined, 'No Electron binary that says its version'],
  ])('has none of version %j, and says why', (version, reason) => {
    expect(findElectron(places(there(version), [program]))).toEqual({ kind: 'none', reason })
  })

  it('has a name of its own on other systems', () => {
    const name = 'Electron.app/Contents/MacOS/Electron'
    const files = { [`${packageFolder}/path.txt`]: name, [`${packageFolder}/dist/version`]: '45.5.0' }
    const path = `${packageFolder}/dist/${name}`
    expect(findElectron(places(files, [path]))).toEqual({ kind: 'found', path, version: '45.5.0' })
  })
})

describe('A folder named by ELECTRON_OVERRIDE_DIST_PATH', () => {
  const environment = { ELECTRON_OVERRIDE_DIST_PATH: '/opt/electron' }

  it('beats that of the package', () => {
    const files = {
      [`${packageFolder}/path.txt`]: 'electron',
      [`${packageFolder}/dist/version`]: '45.0.0',
      '/opt/electron/version': '46.1.0',
    }
    const executables = [`${packageFolder}/dist/electron`, '/opt/electron/electron']
    const path = '/opt/electron/electron'
    expect(findElectron(places(files, executables, environment))).toEqual({ kind: 'found', path, version: '46.1.0' })
  })

  it('is enough without the package’s path.txt', () => {
    const found = findElectron(places({ '/opt/electron/version': '45.5.0' }, ['/opt/electron/electron'], environment))
    expect(found).toMatchObject({ kind: 'found', path: '/opt/electron/electron' })
  })

  it('has none where nothing in it can be run', () => {
    const found = findElectron(places({ '/opt/electron/version': '45.5.0' }, [], environment))
    expect(found).toEqual({ kind: 'none', reason: 'No Electron binary' })
  })
})
