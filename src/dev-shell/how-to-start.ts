import type { OperatingSystem } from '#domain/operating-system.ts'
import type { FoundElectron } from './find-electron.ts'

export type StartFacts = {
  /** Node's `process.versions`. */
  readonly versions: { readonly [name: string]: string | undefined }
  readonly environment: { readonly [name: string]: string | undefined }
  readonly os: OperatingSystem
  /** -1 where there are none. */
  readonly uid: number
  /** A browser was asked for. */
  readonly wantsBrowser: boolean
  readonly electron: FoundElectron
}

export type Start =
  | { readonly kind: 'refused' }
  | { readonly kind: 'electron'; readonly path: string; readonly version: string }
  /** `because`: the beginning of the line that a person reads. */
  | { readonly kind: 'browser'; readonly because: string }

/** Electron where it can run, otherwise a browser, and why. Inside Electron this shell never runs: what ships has no loopback port. */
export function howToStart(facts: StartFacts): Start {
  const { versions, environment, os, uid, electron } = facts
  if (versions['electron'] !== undefined) return { kind: 'refused' }
  if (facts.wantsBrowser) return { kind: 'browser', because: 'As asked for' }
  if (electron.kind === 'none') return { kind: 'browser', because: electron.reason }
  if (os === 'linux' && uid === 0)
    return { kind: 'browser', because: 'No Electron for root: its sandbox needs an ordinary user' }
  if (os === 'linux' && !hasScreen(environment)) return { kind: 'browser', because: 'No screen for Electron' }
  return { kind: 'electron', path: electron.path, version: electron.version }
}

/** Whether a window could be shown; elsewhere than on Linux there always is a screen. */
function hasScreen(environment: StartFacts['environment']): boolean {
  return [environment['WAYLAND_DISPLAY'], environment['DISPLAY']].some((name) => (name ?? '') !== '')
}
