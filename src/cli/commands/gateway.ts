import { uptime } from 'node:os'
import { fillText } from '#contract/fill-text.ts'
import { buildGatewayCore, type Listening } from '#gateway/gateway-core.ts'
import type { GatewaySettings } from '#gateway/settings/gateway-settings.ts'
import { sampledUptime } from '#runtime/sampled-uptime.ts'
import { exitCode } from '../exit-codes.ts'
import { gatewayStartFault } from '../gateway-start-fault.ts'
import { settingsOf } from '../policy-context.ts'
import { posternVersion } from '../postern-version.ts'
import { layPairs } from '../print/lay-table.ts'
import { shellQuoted } from '../print/shell-quoted.ts'
import type { Terminal } from '../terminal.ts'
import { terminalLog } from '../terminal-log.ts'
import type { RunCommand, Words } from '../words.ts'

/** Runs the gateway until it is asked to end. */
export const gateway: RunCommand = async (words, terminal) => {
  const { texts } = terminal
  const settings = await settingsOf(words, terminal)
  const log = terminalLog(terminal)
  const stopped = terminal.untilStopped()
  const uptimeMs = sampledUptime({
    uptimeMs: () => uptime() * 1000,
    wallMs: terminal.clock.nowMs,
    monotonicMs: () => performance.now(),
  })
  const ports = { clock: terminal.clock, uptimeMs, log, version: posternVersion() }
  const core = await buildGatewayCore(settings, ports).catch((thrown: unknown) => {
    throw gatewayStartFault(thrown, settings, texts.gateway)
  })
  let listening: { readonly api: Listening; readonly check: Listening; readonly firstAdminUrl?: string }
  try {
    listening = await core.start()
  } catch (thrown) {
    await core.stop().catch((err: unknown) => log.warn('gateway.stop-failed', { err })) // the first failure is the one to tell
    throw gatewayStartFault(thrown, settings, texts.gateway)
  }
  sayReady(settings, listening, words, terminal)
  await stopped
  if (terminal.isErrorTerminal) terminal.err(texts.gateway.stopping)
  await core.stop()
  if (terminal.isErrorTerminal) terminal.err(texts.gateway.stopped)
  return exitCode.yes
}

function sayReady(
  settings: GatewaySettings,
  {
    api,
    check,
    firstAdminUrl,
  }: { readonly api: Listening; readonly check: Listening; readonly firstAdminUrl?: string },
  words: Words,
  { out, paint, texts, columns }: Terminal,
): void {
  const { issuer, development, data, policies, people } = settings
  if (words.isSet('json'))
    return out(
      JSON.stringify({
        ready: true,
        issuer,
        development,
        api,
        check,
        data: data.folder,
        policies,
        ...(firstAdminUrl === undefined ? {} : { first_admin: firstAdminUrl }),
      }),
    )
  const says = texts.gateway
  const scheme = settings.tls === undefined ? 'http' : 'https'
  const email = people[0]?.email ?? '<email>'
  out(paint.strong(fillText(says.ready, { version: posternVersion(), issuer })))
  const pairs = [
    [says.mode, development ? says.development : says.production],
    [says.checkListener, `${scheme}://${check.host.includes(':') ? `[${check.host}]` : check.host}:${check.port}`],
    [says.data, data.folder],
    [says.policies, policies],
  ] as const
  for (const line of layPairs(pairs, columns, '  ')) out(line)
  // On one line, however long: it is there to be copied.
  const token = [
    'postern gateway token',
    ...sameSettings(words),
    '--for',
    email === '<email>' ? email : shellQuoted(email),
  ]
  out(`  ${says.tokens}: ${token.join(' ')}`)
  if (firstAdminUrl !== undefined) out(`  ${says.firstAdmin}: ${paint.strong(firstAdminUrl)}`)
}

/** The options that lead another command to the same gateway. */
function sameSettings(words: Words): readonly string[] {
  return (['config', 'data', 'issuer'] as const).flatMap((option) => {
    const value = words.text(option)
    return value === undefined ? [] : [`--${option}`, shellQuoted(value)]
  })
}
