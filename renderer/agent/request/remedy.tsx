import type { RequestTexts } from '#contract/texts/windows/request-texts.ts'
import { Button, Buttons } from '../../ui/button.tsx'
import { Section, Surface } from '../../ui/surface.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { useAsk } from '../ask.ts'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { Steps } from '../status/steps.tsx'
import { useTexts } from '../texts.tsx'

/** How the check is put right, which is always the first way. */
export function Remedy({ check, texts }: { readonly check: string; readonly texts: RequestTexts }) {
  const { result, checks, contact } = useSnapshot()
  const { spokenList, say, plain, shared } = useTexts()
  const { asked, ask } = useAsk('settings-link/open')
  const described = checks.find(({ id }) => id === check)
  const remedy = result?.checks.find((each) => each.check === check)?.remedy
  const steps = spokenList(remedy?.steps ?? described?.steps)
  const isOpenable = (remedy?.open ?? described?.open) !== undefined
  return (
    <Section title={texts.remedy.title}>
      <Surface>
        <div className="request-remedy">
          {steps.length > 0 ? (
            <Steps steps={steps} />
          ) : (
            <p>{say(texts.remedy.none, { contact: plain(contact ?? shared.yourAdministrator, 320) })}</p>
          )}
          {isOpenable && (
            <Buttons>
              <Button icon="open" onPress={() => void ask({ kind: 'settings', check })}>
                {texts.remedy.openSettings}
              </Button>
            </Buttons>
          )}
          {asked.kind === 'failed' && <FailureBanner refusal={asked.refusal} />}
        </div>
      </Surface>
    </Section>
  )
}
