import { fillText } from '#contract/fill-text.ts'
import type { CliTexts } from '#contract/texts/cli-texts.ts'
import { issueEnrollmentToken } from '#gateway/gateway-core.ts'
import { secondsNow } from '#runtime/clock.ts'
import { exitCode } from '../exit-codes.ts'
import { gatewayStartFault } from '../gateway-start-fault.ts'
import { settingsOf } from '../policy-context.ts'
import { plainText } from '../print/plain-text.ts'
import { shellQuoted } from '../print/shell-quoted.ts'
import { timeText } from '../print/time-text.ts'
import { readDate } from '../read-date.ts'
import { UsageFault } from '../usage-fault.ts'
import type { RunCommand, Words } from '../words.ts'

const ownerships = ['company', 'personal'] as const
const longestTag = 64

/** Makes a one-use enrolment token on the gateway's own data, and prints link and code this once. */
export const gatewayToken: RunCommand = async (words, terminal) => {
  const { texts, out, paint } = terminal
  const now = secondsNow(terminal.clock)
  const wish = readWish(words, now, texts)
  const settings = await settingsOf(words, terminal)
  const issued = await issueEnrollmentToken(settings, wish, terminal).catch((thrown: unknown) => {
    throw gatewayStartFault(thrown, settings, texts.gateway)
  })
  const { link, code, expiresAt, owner, inviteUrl } = issued
  if (words.isSet('json')) {
    const { ownership, until } = wish
    const invite = inviteUrl === undefined ? {} : { invite_url: inviteUrl }
    out(JSON.stringify({ link, code, expires_at: expiresAt, owner, ownership, until, ...invite }))
    return exitCode.yes
  }
  const time = timeText(expiresAt, now, terminal.language)
  const enroll = `postern agent enroll${settings.development ? ' --development' : ''} ${shellQuoted(link)}`
  out(fillText(texts.token.made, { name: plainText(owner.name), email: plainText(owner.email), time }))
  out(`\n  ${paint.strong(link)}\n`) // never wrapped: it is there to be copied
  out(texts.token.use)
  out(`\n  ${enroll}\n`)
  out(`${texts.token.code}: ${code}`)
  if (inviteUrl !== undefined) out(`${texts.token.passkey}:\n\n  ${paint.strong(inviteUrl)}\n`)
  out(texts.token.once)
  return exitCode.yes
}

function readWish(words: Words, now: number, texts: CliTexts) {
  const { usage } = texts
  const help = fillText(usage.seeHelp, { help: 'postern gateway token --help' })
  const email = words.text('for')?.trim().toLowerCase()
  if (email === undefined) throw new UsageFault(fillText(usage.missingOption, { given: '--for <email>' }), help)
  const named = words.text('ownership') ?? 'company'
  const ownership = ownerships.find((each) => each === named)
  if (ownership === undefined)
    throw new UsageFault(fillText(usage.wrongValue, { given: '--ownership', value: named }), texts.options.ownership)
  const date = words.text('until')
  const until = date === undefined ? null : readDate(date)
  if (until === undefined || (until !== null && until <= now))
    throw new UsageFault(fillText(usage.wrongValue, { given: '--until', value: date }), texts.options.until)
  const assetTag = words.text('asset-tag')
  if (assetTag !== undefined && (assetTag.length > longestTag || plainText(assetTag) !== assetTag))
    throw new UsageFault(
      fillText(usage.wrongValue, { given: '--asset-tag', value: assetTag }),
      texts.options['asset-tag'],
    )
  return { email, ownership, until, ...(assetTag === undefined ? {} : { assetTag }) }
}
