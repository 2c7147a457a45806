import { access } from 'node:fs/promises'
import { operatingSystem } from '#agent/system/operating-system.ts'
import { type Finding, finding } from '#agent/window-api/finding.ts'
import { isFailure } from '#domain/failure.ts'
import type { GatewaySettings } from '#gateway/settings/gateway-settings.ts'
import { places } from '#gateway/settings/places.ts'
import type { Environment } from '../terminal.ts'

/** Whether a gateway's settings are to be found on this machine, or were named. */
export async function hasGatewaySettings(named: string | undefined, environment: Environment): Promise<boolean> {
  if ([named, environment['POSTERN_CONFIG'], environment['POSTERN_CONFIG_FILE']].some((each) => (each ?? '') !== ''))
    return true
  return access(places[operatingSystem()].settingsFile(environment)).then(
    () => true,
    () => false,
  )
}

/** What the policy documents of a gateway on this machine come to. Unforeseen errors rise. */
export async function findingsOfGateway(readSettings: () => Promise<GatewaySettings>, now: number): Promise<Finding> {
  let settings: GatewaySettings
  try {
    settings = await readSettings()
  } catch (thrown) {
    if (!isFailure(thrown, 'settings_invalid')) throw thrown
    const { file, issues } = thrown.details
    const [first] = issues
    const reason = [file, first?.pointer, first?.detail].filter((part) => part !== undefined && part !== '').join(': ')
    return finding('book/no-settings', { reason })
  }
  const { loadBook } = await import('#gateway/policy/load-book.ts')
  const { contextOf } = await import('../policy-context.ts')
  const folder = settings.policies
  const loaded = await loadBook(folder, contextOf(settings, now))
  const errors = loaded.remarks.filter(({ severity }) => severity === 'error').length
  const warnings = loaded.remarks.length - errors
  if (loaded.kind === 'refused') return finding('book/refused', { folder, errors })
  const documents = loaded.documents.length
  return finding(warnings === 0 ? 'book/loaded' : 'book/warnings', { folder, documents, warnings })
}
