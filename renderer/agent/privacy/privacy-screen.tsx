import type { PrivacyCatalogue, SentHead } from '#contract/agent-windows.ts'
import type { PrivacyTexts } from '#contract/texts/windows/privacy-texts.ts'
import { Busy } from '../../ui/busy.tsx'
import { KeyValues } from '../../ui/key-values.tsx'
import { Section, Surface } from '../../ui/surface.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { useAnswer } from '../ask.ts'
import { CopyButton } from '../parts/copy.tsx'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { useKept } from '../parts/kept.ts'
import { Screen } from '../parts/screen.tsx'
import { useAgainWhen } from '../parts/use-again-when.ts'
import { type Speech, useTexts } from '../texts.tsx'
import { AskedFields } from './asked-fields.tsx'
import { FieldList, useOrganisation } from './field-list.tsx'
import { MessageDetail } from './message-detail.tsx'
import { NeverCollected } from './never-collected.tsx'
import { usePrivacyTexts } from './privacy-texts.ts'
import { readReport } from './read-report.ts'
import { SentList } from './sent-list.tsx'
import { type LedgerView, useLedger } from './use-ledger.ts'
import { WaitingList } from './waiting-list.tsx'
import './privacy.css'

/** What may leave this device, what has left it, byte for byte, and what waits to. */
export function PrivacyScreen() {
  const texts = usePrivacyTexts()
  const speech = useTexts()
  const { consent } = useSnapshot()
  const catalogue = useCatalogue()
  const reports = useLedger('eat+jwt')
  const everything = useLedger(undefined)
  const last = reports.items?.find(({ typ }) => typ === 'eat+jwt')
  const org = useOrganisation(catalogue.value ?? { organisation: null })
  const isAgreed = catalogue.value === undefined || catalogue.value.consent !== null
  const sentence = sentenceOf(
    { unseen: consent.unseen, missing: consent.missing, everything, last, org },
    texts,
    speech,
  )
  const shown = catalogue.value
  return (
    <Screen
      title={speech.shared.navigation.privacy}
      {...(sentence === undefined ? {} : { sentence })}
      note={isAgreed ? texts.note : texts.noteBefore}
    >
      {catalogue.refusal !== undefined && <FailureBanner refusal={catalogue.refusal} onAgain={catalogue.again} />}
      {shown !== undefined && <AskedFields catalogue={shown} unseen={consent.unseen} />}
      <WaitingList waiting={everything.waiting} />
      <LastReport last={last} everything={everything} reports={reports} />
      {shown === undefined && catalogue.refusal === undefined && <Busy text={speech.shared.reading} />}
      {shown !== undefined && <Fields catalogue={shown} last={last} />}
      <NeverCollected />
      {everything.items !== undefined && everything.items.length > 0 && <SentList />}
      {shown !== undefined && <Questions catalogue={shown} />}
    </Screen>
  )
}

/** The catalogue, asked again whenever the consent is another one. */
function useCatalogue() {
  const { consent, state } = useSnapshot()
  const { asked, again } = useAnswer('privacy/catalogue', undefined)
  const key = JSON.stringify([consent, state])
  useAgainWhen(key, again)
  return { ...useKept(asked), again }
}

/** How things stand, in one sentence; undefined while it is not known. */
function sentenceOf(
  facts: {
    readonly unseen: boolean
    readonly missing: readonly string[]
    readonly everything: LedgerView
    readonly last: SentHead | undefined
    readonly org: string
  },
  { sentences }: PrivacyTexts,
  { say, distance }: Pick<Speech, 'say' | 'distance'>,
): string | undefined {
  const { unseen, missing, everything, last, org } = facts
  if (missing.length > 0) return say(sentences.asked, { n: missing.length, org })
  if (unseen) return sentences.enrolledByPolicy
  if (everything.items === undefined) return undefined
  if (everything.waiting.length > 0) return sentences.waiting
  if (everything.items.length === 0) return sentences.nothing
  if (last === undefined) return sentences.noReport
  return say(sentences[last.outcome], { distance: distance(last.at) })
}

function LastReport(props: {
  readonly last: SentHead | undefined
  readonly everything: LedgerView
  readonly reports: LedgerView
}) {
  const { last, everything, reports } = props
  const texts = usePrivacyTexts()
  const { shared } = useTexts()
  const refusal = reports.refusal ?? everything.refusal
  const onAgain = () => {
    reports.again()
    everything.again()
  }
  if (refusal !== undefined && last === undefined) return <FailureBanner refusal={refusal} onAgain={onAgain} />
  if (everything.items === undefined) return <Busy text={shared.reading} />
  if (last === undefined) return null
  return (
    <Section title={texts.last.title}>
      <Surface>
        <MessageDetail key={last.id} head={last} act="show-bytes" />
      </Surface>
    </Section>
  )
}

function Fields({ catalogue, last }: { readonly catalogue: PrivacyCatalogue; readonly last: SentHead | undefined }) {
  const { sent } = useSnapshot()
  const payload = last === undefined ? undefined : sent.find(({ typ }) => typ === 'eat+jwt')?.payload
  return <FieldList catalogue={catalogue} report={payload === undefined ? undefined : readReport(payload)} />
}

const sameBytes = 'postern status --json'

/** Whom to ask, and how to see the same without this window. */
function Questions({ catalogue }: { readonly catalogue: PrivacyCatalogue }) {
  const { questions } = usePrivacyTexts()
  const { plain } = useTexts()
  const { contact, url } = catalogue
  const copied = (text: string) => (
    <span className="question-value">
      <span translate="no">{plain(text, 2048)}</span>
      <CopyButton text={text} />
    </span>
  )
  return (
    <Section title={questions.title}>
      <Surface>
        <div className="questions">
          <KeyValues
            rows={[
              [questions.commandLine, copied(sameBytes)],
              [questions.contact, contact === null || contact === '' ? undefined : copied(contact)],
              [questions.url, url === null || url === '' ? undefined : copied(url)],
            ]}
          />
        </div>
      </Surface>
    </Section>
  )
}
