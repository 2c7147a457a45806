import type { Snapshot } from '#contract/ipc.ts'
import type { StatusTexts } from '#contract/texts/windows/status-texts.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/surface.tsx'
import { useCopy } from '../parts/copy.tsx'
import { ForeignReason, failureWords } from '../parts/failure-banner.tsx'
import { fieldWords } from '../parts/field-words.ts'
import { NextStep } from '../parts/next-step.tsx'
import { useRoutes } from '../routes.tsx'
import { useTexts } from '../texts.tsx'
import { Steps } from './steps.tsx'

/** Failures that the state tells already, in its own sentence and with its own next step. */
const toldByState: readonly string[] = [
  'pending_approval',
  'gateway_unreachable',
  'agent_outdated',
  'device_quarantined',
  'key_locked',
  'key_unavailable',
  'key_missing',
  'not_enrolled',
]

type Props = { readonly snapshot: Snapshot; readonly texts: StatusTexts }

/** What stands above the findings: fields that wait for consent, and a key that lies in a file. */
export function StateBanners({ snapshot, texts }: Props) {
  const { go } = useRoutes()
  const { say, list, shared, texts: words } = useTexts()
  const { consent, key_store, organisation } = snapshot
  const { missing } = consent
  const fields = missing.map((id) => fieldWords(id, words))
  return (
    <>
      <LastFailure snapshot={snapshot} />
      {missing.length > 0 && (
        <Banner
          tone="attention"
          title={say(texts.missingFields, { n: missing.length, org: organisation ?? shared.yourAdministrator })}
          actions={
            <Button kind="link" onPress={() => go({ screen: 'privacy' })}>
              {texts.actions.acceptFields}
            </Button>
          }
        >
          {say(texts.missingFieldsMore, { n: missing.length, fields: list(fields) })}
        </Banner>
      )}
      {key_store.state === 'file' && (
        <Banner tone="attention" title={texts.fileKey}>
          {texts.fileKeyMore}
        </Banner>
      )}
    </>
  )
}

/** Why Postern could not do its work the last time it tried, by the failure's code. */
function LastFailure({ snapshot: { failure, state } }: Pick<Props, 'snapshot'>) {
  const speech = useTexts()
  const { copy, copied } = useCopy()
  if (failure === null || toldByState.includes(failure.code)) return null
  const { title, detail, reason } = failureWords(failure, speech)
  const code = speech.say(speech.shared.code, { code: failure.code })
  return (
    <Banner
      tone={state === 'offline' ? 'offline' : 'attention'}
      title={title}
      code={`${code} · ${speech.moment(failure.at)}`}
      actions={
        <>
          {state !== 'not-enrolled' && <NextStep code={failure.code} />}
          <Button kind="link" onPress={() => copy(`${title}. ${detail} (${code}, ${speech.moment(failure.at)})`)}>
            {copied ? speech.shared.copied : speech.shared.copyDetails}
          </Button>
        </>
      }
    >
      {detail}
      {reason !== undefined && <ForeignReason reason={reason} />}
    </Banner>
  )
}

/** How a keychain is set up, where there is none. Linux alone can lack one. */
export function KeyHelp({ snapshot, texts }: Props) {
  if (snapshot.state !== 'key-unavailable' || snapshot.os !== 'linux') return null
  return (
    <Section title={texts.keySteps.title}>
      <Steps steps={texts.keySteps.linux} />
    </Section>
  )
}
