import { fillText } from '#contract/fill-text.ts'
import { recoverChains } from '#gateway/gateway-core.ts'
import { secondsNow } from '#runtime/clock.ts'
import { exitCode } from '../exit-codes.ts'
import { gatewayStartFault } from '../gateway-start-fault.ts'
import { settingsOf } from '../policy-context.ts'
import { timeText } from '../print/time-text.ts'
import { readDate } from '../read-date.ts'
import { UsageFault } from '../usage-fault.ts'
import type { RunCommand } from '../words.ts'

/** After an old backup was restored: until that time each device may begin its chain anew, once. */
export const gatewayRecoverChains: RunCommand = async (words, terminal) => {
  const { texts } = terminal
  const now = secondsNow(terminal.clock)
  const given = words.text('until')
  if (given === undefined)
    throw new UsageFault(
      fillText(texts.usage.missingOption, { given: '--until <time>' }),
      fillText(texts.usage.seeHelp, { help: 'postern gateway recover-chains --help' }),
    )
  const until = readMoment(given)
  if (until === undefined || until <= now)
    throw new UsageFault(fillText(texts.usage.wrongValue, { given: '--until', value: given }), texts.recover.until)
  const settings = await settingsOf(words, terminal)
  const { devices } = await recoverChains(settings, until, terminal).catch((thrown: unknown) => {
    throw gatewayStartFault(thrown, settings, texts.gateway)
  })
  if (words.isSet('json')) terminal.out(JSON.stringify({ until, devices }))
  else terminal.out(fillText(texts.recover.done, { n: devices, time: timeText(until, now, terminal.language) }))
  return exitCode.yes
}

/** A date, or a moment with its offset: `2026-11-25T18:00Z`. */
function readMoment(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/.test(text)) return readDate(text)
  const at = Date.parse(text)
  return Number.isNaN(at) || readDate(text.slice(0, 10)) === undefined ? undefined : Math.floor(at / 1000)
}
