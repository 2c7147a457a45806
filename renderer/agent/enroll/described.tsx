import type { EnrollmentPreview, Snapshot } from '#contract/ipc.ts'
import type { EnrollTexts } from '#contract/texts/windows/enroll-texts.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { PosternMark } from '../../ui/icon.tsx'
import { KeyValues } from '../../ui/key-values.tsx'
import { Section, Surface } from '../../ui/surface.tsx'
import { useAgent, useSnapshot } from '../agent-context.tsx'
import { useAsk } from '../ask.ts'
import { FailureBanner, failureWords } from '../parts/failure-banner.tsx'
import { isKnownField } from '../parts/field-words.ts'
import { Screen } from '../parts/screen.tsx'
import { useTexts } from '../texts.tsx'
import { FieldNames } from './field-names.tsx'
import { NeverCollected } from './offer.tsx'

type Props = {
  readonly texts: EnrollTexts
  readonly link: string
  readonly preview: EnrollmentPreview
  readonly onEnrolled: () => void
  readonly onNotNow: () => void
}

/** Step 2: what this gateway says of itself and wants to know. "Enrol" agrees to exactly this description. */
export function Described({ texts, link, preview, onEnrolled, onNotNow }: Props) {
  const snapshot = useSnapshot()
  const { store, transport } = useAgent()
  const { say, plain } = useTexts()
  const { asked, ask } = useAsk('enrollment/confirm')
  const { described } = texts
  const known = preview.fields.filter(isKnownField)
  const unknown = preview.fields.length - known.length
  const enroll = async () => {
    const reply = await ask({ link, consent: preview.consent })
    if (!reply.ok) return
    onEnrolled()
    store.take(reply.value)
  }
  const notNow = () => {
    void transport.ask('enrollment/cancel', undefined)
    onNotNow()
  }
  return (
    <Screen
      title={texts.title}
      sentence={say(described.sentence, { org: preview.organisation })}
      emblem={<PosternMark size={48} />}
      note={`${say(texts.step, { n: 2 })}. ${described.note}`}
      offline={false}
      actions={
        <>
          <Button kind="primary" isPending={asked.kind === 'asking'} onPress={() => void enroll()} act="enroll">
            {asked.kind === 'asking' ? described.enrolling : described.enroll}
          </Button>
          <Button kind="plain" onPress={notNow} act="not-now">
            {texts.offer.notNow}
          </Button>
        </>
      }
    >
      {asked.kind === 'failed' ? <FailureBanner refusal={asked.refusal} /> : <KeyAhead snapshot={snapshot} />}
      <Section title={described.about}>
        <Surface>
          <KeyValues
            rows={[
              [described.gateway, <strong key="host">{plain(preview.issuer.replace(/^https?:\/\//, ''), 300)}</strong>],
              [described.organisation, plain(preview.organisation, 80)],
              [described.seenBy, say(described.seenByWhom, { org: preview.organisation })],
              [described.keptFor, say(described.days, { n: preview.retention_days })],
              [described.contact, plain(preview.contact, 320)],
              [described.privacy, <code key="url">{plain(preview.url, 300)}</code>],
              [described.key, described.keyKinds[keyKinds.get(preview.key_store) ?? 'keychain']],
            ]}
          />
        </Surface>
      </Section>
      <Section title={say(described.collects, { n: known.length })}>
        <Surface>
          <FieldNames texts={texts} fields={known} />
          {unknown > 0 && <p className="enroll-small soft">{say(described.unknownFields, { n: unknown })}</p>}
        </Surface>
      </Section>
      <NeverCollected texts={texts} />
    </Screen>
  )
}

/** That the keychain cannot take a key now, said before the person tries. */
function KeyAhead({ snapshot: { key_store } }: { readonly snapshot: Snapshot }) {
  const speech = useTexts()
  const { state, reason } = key_store
  if (state !== 'locked' && state !== 'unavailable') return null
  const details = reason === null ? {} : { details: { reason } }
  const { title, detail } = failureWords({ code: `key_${state}`, ...details }, speech)
  return (
    <Banner tone="attention" title={title}>
      {detail}
    </Banner>
  )
}

const keyKinds: ReadonlyMap<string, keyof EnrollTexts['described']['keyKinds']> = new Map([
  ['tpm2', 'hardware'],
  ['file', 'file'],
])
