import { fillText } from '#contract/fill-text.ts'
import { inviteLockedOutAdmin } from '#gateway/gateway-core.ts'
import { secondsNow } from '#runtime/clock.ts'
import { exitCode } from '../exit-codes.ts'
import { gatewayStartFault } from '../gateway-start-fault.ts'
import { settingsOf } from '../policy-context.ts'
import { plainText } from '../print/plain-text.ts'
import { timeText } from '../print/time-text.ts'
import { UsageFault } from '../usage-fault.ts'
import type { RunCommand } from '../words.ts'

/** On the gateway's own data: a one-time link by which an admin who is locked out registers a passkey, printed this once. */
export const gatewayInvite: RunCommand = async (words, terminal) => {
  const { texts, out, paint } = terminal
  const given = words.text('admin')?.trim().toLowerCase()
  if (given === undefined)
    throw new UsageFault(
      fillText(texts.usage.missingOption, { given: '--admin <email>' }),
      fillText(texts.usage.seeHelp, { help: 'postern gateway invite --help' }),
    )
  const settings = await settingsOf(words, terminal)
  const made = await inviteLockedOutAdmin(settings, given, terminal).catch((thrown: unknown) => {
    throw gatewayStartFault(thrown, settings, texts.gateway)
  })
  const { url, expiresAt, name, email } = made
  if (words.isSet('json')) {
    out(JSON.stringify({ url, expires_at: expiresAt, email }))
    return exitCode.yes
  }
  const time = timeText(expiresAt, secondsNow(terminal.clock), terminal.language)
  out(fillText(texts.invite.made, { name: plainText(name), email: plainText(email), time }))
  out(`\n  ${paint.strong(url)}\n`) // never wrapped: it is there to be copied
  out(texts.invite.once)
  return exitCode.yes
}
