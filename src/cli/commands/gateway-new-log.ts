import { fillText } from '#contract/fill-text.ts'
import { isFailure } from '#domain/failure.ts'
import { beginNewLog } from '#gateway/gateway-core.ts'
import { exitCode } from '../exit-codes.ts'
import { gatewayStartFault } from '../gateway-start-fault.ts'
import { settingsOf } from '../policy-context.ts'
import { UsageFault } from '../usage-fault.ts'
import type { RunCommand } from '../words.ts'

/** On the gateway's own data, while it does not run: after a rollback was found, the log goes on under a new origin. */
export const gatewayNewLog: RunCommand = async (words, terminal) => {
  const { texts, out } = terminal
  const reason = words.text('reason')?.trim()
  if (reason === undefined || reason === '')
    throw new UsageFault(
      fillText(texts.usage.missingOption, { given: '--reason <text>' }),
      fillText(texts.usage.seeHelp, { help: 'postern gateway new-log --help' }),
    )
  const settings = await settingsOf(words, terminal)
  const { logId } = await beginNewLog(settings, reason.slice(0, 2000), terminal).catch((thrown: unknown) => {
    if (isFailure(thrown, 'not_found')) throw new UsageFault(texts.newLog.noLog, texts.newLog.fixNoLog)
    throw gatewayStartFault(thrown, settings, texts.gateway)
  })
  if (words.isSet('json')) out(JSON.stringify({ log_id: logId }))
  else {
    out(fillText(texts.newLog.done, { log: logId }))
    out(texts.newLog.next)
  }
  return exitCode.yes
}
