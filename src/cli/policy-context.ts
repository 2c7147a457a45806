import { homeFolder } from '#agent/system/home-folder.ts'
import { operatingSystem } from '#agent/system/operating-system.ts'
import { consoleResource } from '#domain/access/resource.ts'
import type { LintContext } from '#gateway/policy/lint-context.ts'
import type { GatewaySettings } from '#gateway/settings/gateway-settings.ts'
import { readSettings } from '#gateway/settings/read-settings.ts'
import { secondsNow } from '#runtime/clock.ts'
import type { Terminal } from './terminal.ts'
import type { Words } from './words.ts'

/** The gateway's settings, by options, variables and file. Failure: `settings_invalid`. */
export function settingsOf(words: Words, { environment }: Pick<Terminal, 'environment'>): Promise<GatewaySettings> {
  const options = {
    config: words.text('config'),
    data: words.text('data'),
    issuer: words.text('issuer'),
    listen: words.text('listen'),
    checkListen: words.text('check-listen'),
    databaseUrl: words.text('database-url'),
  }
  return readSettings({
    options: Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    environment,
    os: operatingSystem(),
    home: homeFolder(environment),
  })
}

/**
 * Which folder to judge, and against what. With `--config` the settings say both; otherwise the documents are judged by
 * themselves, and people, groups and resources are not asked.
 */
export async function policyContext(
  words: Words,
  terminal: Pick<Terminal, 'environment' | 'clock'>,
): Promise<{ readonly folder: string; readonly context: LintContext }> {
  const named = words.text('dir')
  const now = secondsNow(terminal.clock)
  if (words.text('config') === undefined) return { folder: named ?? 'policies', context: { languages: ['en'], now } }
  const settings = await settingsOf(words, terminal)
  return { folder: named ?? settings.policies, context: contextOf(settings, now) }
}

/** What the gateway of these settings lints its documents against. */
export function contextOf(settings: GatewaySettings, now: number): LintContext {
  return {
    languages: settings.languages,
    resources: [...settings.resources, consoleResource],
    people: settings.people.map(({ team, ...person }) => ({ ...person, ...(team === null ? {} : { team }) })),
    now,
  }
}
