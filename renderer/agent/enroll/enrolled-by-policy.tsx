import type { EnrollTexts } from '#contract/texts/windows/enroll-texts.ts'
import { Button, Buttons } from '../../ui/button.tsx'
import { PosternMark } from '../../ui/icon.tsx'
import { KeyValues } from '../../ui/key-values.tsx'
import { Section, Surface } from '../../ui/surface.tsx'
import { useAgent, useSnapshot } from '../agent-context.tsx'
import { useAnswer, useAsk } from '../ask.ts'
import { Answered } from '../parts/answered.tsx'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { Screen } from '../parts/screen.tsx'
import { useTexts } from '../texts.tsx'
import { FieldNames } from './field-names.tsx'
import { NeverCollected } from './offer.tsx'

/** The organisation agreed for the person: shown once, with exactly what is sent. */
export function EnrolledByPolicy({ texts, onDone }: { readonly texts: EnrollTexts; readonly onDone: () => void }) {
  const { organisation, issuer } = useSnapshot()
  const { store } = useAgent()
  const { say, plain, shared } = useTexts()
  const { asked, again } = useAnswer('privacy/catalogue', undefined)
  const accepting = useAsk('privacy/accept-fields')
  const { byPolicy, described } = texts
  const org = organisation ?? shared.yourAdministrator
  const understood = async (missing: readonly string[]) => {
    const reply = await accepting.ask({ fields: [...missing] })
    if (!reply.ok) return
    onDone()
    store.take(reply.value)
  }
  return (
    <Screen
      title={texts.title}
      sentence={say(byPolicy.sentence, { org })}
      emblem={<PosternMark size={48} />}
      note={byPolicy.note}
      offline={false}
    >
      <Answered asked={asked} again={again}>
        {({ agreed, missing, contact, retention_days }) => (
          <>
            <Section title={byPolicy.sent}>
              <Surface>
                <FieldNames texts={texts} fields={[...agreed, ...missing]} />
              </Surface>
            </Section>
            <Section title={described.about}>
              <Surface>
                <KeyValues
                  rows={[
                    [described.gateway, issuer === null ? undefined : plain(issuer.replace(/^https?:\/\//, ''), 300)],
                    [described.seenBy, say(described.seenByWhom, { org })],
                    [
                      described.keptFor,
                      retention_days === null ? undefined : say(described.days, { n: retention_days }),
                    ],
                    [described.contact, contact === null ? undefined : plain(contact, 320)],
                  ]}
                />
              </Surface>
            </Section>
            <NeverCollected texts={texts} />
            {accepting.asked.kind === 'failed' && <FailureBanner refusal={accepting.asked.refusal} />}
            <Buttons>
              <Button
                kind="primary"
                isPending={accepting.asked.kind === 'asking'}
                onPress={() => void understood(missing)}
                act="understood"
              >
                {byPolicy.understood}
              </Button>
            </Buttons>
          </>
        )}
      </Answered>
    </Screen>
  )
}
