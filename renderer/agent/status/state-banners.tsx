import type { Snapshot } from '#contract/ipc.ts'
import type { StatusTexts } from '#contract/texts/windows/status-texts.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/surface.tsx'
import { fieldWords } from '../parts/field-words.ts'
import { useRoutes } from '../routes.tsx'
import { useTexts } from '../texts.tsx'
import { Steps } from './steps.tsx'

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
          {say(texts.missingFieldsMore, { fields: list(fields) })}
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

/** How a keychain is set up, where there is none. Linux alone can lack one. */
export function KeyHelp({ snapshot, texts }: Props) {
  if (snapshot.state !== 'key-unavailable' || snapshot.os !== 'linux') return null
  return (
    <Section title={texts.keySteps.title}>
      <Steps steps={texts.keySteps.linux} />
    </Section>
  )
}
