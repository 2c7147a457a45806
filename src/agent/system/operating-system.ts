import type { OperatingSystem } from '#domain/operating-system.ts'

const byPlatform: { readonly [Platform in NodeJS.Platform]?: OperatingSystem } = {
  darwin: 'macos',
  win32: 'windows',
  linux: 'linux',
}

/** The system we run on: the one place that reads `process.platform`. On a system we do not know it throws. */
export function operatingSystem(): OperatingSystem {
  const os = byPlatform[process.platform]
  if (os === undefined) throw new Error(`Postern runs on macOS, Windows and Linux, not on ${process.platform}`)
  return os
}
