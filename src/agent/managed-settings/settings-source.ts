import type { Machine } from '#agent/machine/machine.ts'
import type { Watch } from '#agent/machine/watch.ts'
import type { SourceContent } from './resolve-settings.ts'

/** Where an organisation puts settings on one system. */
export type SettingsSource = {
  readonly watches: readonly Watch[]
  read(machine: Machine): Promise<{ readonly enforced: SourceContent; readonly defaults: SourceContent }>
}
