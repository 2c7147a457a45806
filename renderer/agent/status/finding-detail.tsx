import type { StatusTexts } from '#contract/texts/windows/status-texts.ts'
import { Button, Buttons } from '../../ui/button.tsx'
import { KeyValues } from '../../ui/key-values.tsx'
import { useAgent, useSnapshot } from '../agent-context.tsx'
import { useAsk } from '../ask.ts'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { useRoutes } from '../routes.tsx'
import { useTexts } from '../texts.tsx'
import { CheckNow } from './state-actions.tsx'
import type { StatusRow } from './status-rows.ts'
import { Steps } from './steps.tsx'

type Props = {
  readonly row: StatusRow
  readonly texts: StatusTexts
  readonly observed: string
  readonly required: string
}

/** Everything about one check: seen and required, since when, why it matters, the steps, and what can be done. */
export function FindingDetail({ row, texts, observed, required }: Props) {
  const snapshot = useSnapshot()
  const { say, moment, spoken, spokenList, shared, plain } = useTexts()
  const { check, kind, endsAt } = row
  const described = snapshot.checks.find(({ id }) => id === check.check)
  const steps = spokenList(check.remedy?.steps ?? described?.steps)
  const why = spoken(described?.why)
  const needsWork = kind === 'violated' || kind === 'unknown' || kind === 'tolerated' || kind === 'excepted'
  return (
    <div className="finding">
      <KeyValues
        rows={[
          // Why nothing was observed is what the row says already.
          [texts.row.observed, kind === 'unknown' ? undefined : observed],
          [texts.row.required, required],
          [texts.row.since, check.since === undefined || !needsWork ? undefined : moment(check.since)],
          [texts.row.deadline, endsAt === undefined ? undefined : moment(endsAt)],
        ]}
      />
      {why !== undefined && <p className="finding-why soft">{why}</p>}
      {needsWork && (
        <>
          {kind === 'unknown' && <p>{unknownHelp()}</p>}
          {steps.length > 0 && (
            <div className="finding-steps">
              <h4 className="finding-heading">{texts.row.steps}</h4>
              <Steps steps={steps} />
              <p className="finding-fixed soft">{texts.row.fixed}</p>
            </div>
          )}
          <FindingActions row={row} texts={texts} />
          <Snooze row={row} texts={texts} />
        </>
      )}
    </div>
  )

  function unknownHelp(): string {
    if (isUnconsented(check)) return texts.row.notConsentedHelp
    return say(texts.row.unknownHelp, { contact: plain(snapshot.contact ?? shared.yourAdministrator, 320) })
  }
}

/** Nothing but the person's own word is missing. */
function isUnconsented({ observed }: StatusRow['check']): boolean {
  return observed !== undefined && observed.kind !== 'observed' && observed.why === 'not-consented'
}

function FindingActions({ row, texts }: Pick<Props, 'row' | 'texts'>) {
  const { checking } = useSnapshot()
  const { go } = useRoutes()
  const { asked, ask } = useAsk('settings-link/open')
  const { check, request } = row
  const asksConsent = row.kind === 'unknown' && isUnconsented(check)
  // What could not be read is not put right in the settings, as a rule: looking again comes first.
  const opensFirst = row.isOpenable && row.kind !== 'unknown'
  return (
    <>
      <Buttons>
        {asksConsent && (
          <Button kind="primary" onPress={() => go({ screen: 'privacy' })}>
            {texts.actions.acceptFields}
          </Button>
        )}
        {opensFirst && (
          <Button kind="primary" icon="open" onPress={() => void ask({ kind: 'settings', check: check.check })}>
            {texts.actions.openSettings}
          </Button>
        )}
        <CheckNow
          kind={opensFirst || asksConsent ? 'quiet' : 'primary'}
          text={texts.actions.checkAgain}
          texts={texts}
          isChecking={checking}
        />
        {row.isOpenable && row.kind === 'unknown' && !asksConsent && (
          <Button kind="quiet" icon="open" onPress={() => void ask({ kind: 'settings', check: check.check })}>
            {texts.actions.openSettings}
          </Button>
        )}
        {request !== undefined ? (
          <Button kind="plain" onPress={() => go({ screen: 'exceptions', request })}>
            {texts.actions.showException}
          </Button>
        ) : (
          row.isExemptable && (
            <Button kind="plain" onPress={() => go({ screen: 'request', check: check.check })}>
              {texts.actions.request}
            </Button>
          )
        )}
      </Buttons>
      {row.kind === 'violated' && !row.isExemptable && request === undefined && (
        <p className="finding-small soft">{texts.row.noException}</p>
      )}
      {asked.kind === 'failed' && <FailureBanner refusal={asked.refusal} />}
    </>
  )
}

/** Mutes reminders up to the deadline, and nothing else. */
function Snooze({ row, texts }: Pick<Props, 'row' | 'texts'>) {
  const { store } = useAgent()
  const { say, moment, now } = useTexts()
  const { asked, ask } = useAsk('reminder/snooze')
  const { check, snoozedUntil } = row
  // After its deadline there is nothing left to be reminded of.
  const endsAt = row.endsAt !== undefined && row.endsAt > now ? row.endsAt : undefined
  if (endsAt === undefined && snoozedUntil === undefined) return null
  const snooze = async (until: number | null) => {
    const reply = await ask({ check: check.check, until })
    if (reply.ok) store.take(reply.value)
  }
  return (
    <>
      {snoozedUntil === undefined && endsAt !== undefined ? (
        <div className="finding-snooze">
          <Button kind="plain" icon="snooze" isPending={asked.kind === 'asking'} onPress={() => void snooze(endsAt)}>
            {say(texts.actions.snooze, { time: moment(endsAt) })}
          </Button>
        </div>
      ) : (
        snoozedUntil !== undefined && (
          <p className="finding-small soft">
            {say(texts.row.snoozedUntil, { time: moment(snoozedUntil) })}{' '}
            <Button kind="link" isPending={asked.kind === 'asking'} onPress={() => void snooze(null)}>
              {texts.actions.unsnooze}
            </Button>
          </p>
        )
      )}
      {asked.kind === 'failed' && <FailureBanner refusal={asked.refusal} />}
    </>
  )
}
