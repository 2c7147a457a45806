import type { OperatingSystem } from '#domain/operating-system.ts'
import type { RawFacts } from './host-facts.ts'

/** What we use of systeminformation. */
export type HostLibrary = {
  osInfo(): Promise<{ readonly distro: string; readonly release: string }>
  system(): Promise<{ readonly manufacturer: string; readonly model: string }>
  /** Windows: one PowerShell for all that is asked until it is released. */
  powerShellStart(): void
  powerShellRelease(): void
}

/**
 * The library's two questions in one batch. On Windows each of their half a dozen parts would start a PowerShell of its
 * own (github.com/sebhildebrandt/systeminformation/issues/626): all of them go to one, which ends with the batch.
 */
export async function askHostFacts(library: HostLibrary, os: OperatingSystem): Promise<RawFacts> {
  if (os === 'windows') library.powerShellStart()
  try {
    const [system, hardware] = await Promise.all([library.osInfo(), library.system()])
    return {
      distro: system.distro,
      release: system.release,
      manufacturer: hardware.manufacturer,
      model: hardware.model,
    }
  } finally {
    if (os === 'windows') library.powerShellRelease()
  }
}
