import { join } from 'node:path'

/** What may be looked at; nothing is run, and the package `electron` is never loaded: its entry would download a binary. */
export type ElectronPlaces = {
  /** The folder of the package `electron`. */
  readonly packageFolder: string
  readonly environment: { readonly [name: string]: string | undefined }
  /** The text of a file; undefined where there is none. */
  readonly readText: (path: string) => string | undefined
  readonly isExecutable: (path: string) => boolean
}

export type FoundElectron =
  | { readonly kind: 'found'; readonly path: string; readonly version: string }
  /** `reason`: the beginning of the line that a person reads. */
  | { readonly kind: 'none'; readonly reason: string }

const oldestMajor = 45
/** What Electron's own package falls back to. */
const usualName = 'electron'

/** Where Electron's package, or `ELECTRON_OVERRIDE_DIST_PATH`, says that its binary is: only with an executable and a version of 45 or more. */
export function findElectron(places: ElectronPlaces): FoundElectron {
  const { environment, packageFolder, readText, isExecutable } = places
  const named = environment['ELECTRON_OVERRIDE_DIST_PATH'] ?? ''
  const program = readText(join(packageFolder, 'path.txt'))?.trim()
  if (named === '' && program === undefined) return none('No Electron binary')
  const folder = named === '' ? join(packageFolder, 'dist') : named
  const path = join(folder, program ?? usualName)
  if (!isExecutable(path)) return none('No Electron binary')
  const version = readText(join(folder, 'version'))?.trim().replace(/^v/, '') ?? ''
  const major = /^(\d{1,4})\.\d{1,4}\.\d{1,4}/.exec(version)?.[1]
  if (major === undefined) return none('No Electron binary that says its version')
  if (Number(major) < oldestMajor) return none(`No Electron binary of ${oldestMajor} or newer (there is ${version})`)
  return { kind: 'found', path, version }
}

function none(reason: string): FoundElectron {
  return { kind: 'none', reason }
}
