import type { SentPage } from '#contract/agent-windows.ts'
import { StateMark } from '../../ui/state-mark.tsx'
import { Row, Rows, Section } from '../../ui/surface.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { type Speech, useTexts } from '../texts.tsx'
import { usePrivacyTexts } from './privacy-texts.ts'

/** What goes out as soon as the gateway answers. Nothing waits: nothing is shown. */
export function WaitingList({ waiting }: { readonly waiting: SentPage['waiting'] }) {
  const texts = usePrivacyTexts().waiting
  const speech = useTexts()
  const { checks } = useSnapshot()
  const { say, moment } = speech
  if (waiting.length === 0) return null
  return (
    <Section title={texts.title}>
      <Rows label={texts.title}>
        {waiting.map((each) =>
          each.kind === 'report' ? (
            <Row
              key="report"
              mark={<StateMark kind="waiting" />}
              text={texts.report}
              note={say(texts.reportMore, { time: moment(each.since) })}
            />
          ) : (
            <Row
              key={each.draft_id}
              mark={<StateMark kind="waiting" />}
              text={say(texts.request, { checks: titles(each.checks, checks, speech) })}
              note={say(texts.requestMore, { time: moment(each.since) })}
            />
          ),
        )}
      </Rows>
    </Section>
  )
}

function titles(
  ids: readonly string[],
  checks: ReturnType<typeof useSnapshot>['checks'],
  { list, spoken }: Pick<Speech, 'list' | 'spoken'>,
): string {
  return list(ids.map((id) => spoken(checks.find((check) => check.id === id)?.title) ?? id))
}
