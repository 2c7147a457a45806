import type { PrivacyCatalogue } from '#contract/agent-windows.ts'
import { useAnnounce } from '../../ui/announcer.tsx'
import { Button, Buttons } from '../../ui/button.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { Row, Rows, RowText, Section } from '../../ui/surface.tsx'
import { useAgent } from '../agent-context.tsx'
import { useAsk } from '../ask.ts'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { useTexts } from '../texts.tsx'
import { FieldDetail, useOrganisation } from './field-list.tsx'
import { toldField, usePrivacyTexts } from './privacy-texts.ts'

/**
 * What is asked of the person here: to agree to fields that were asked for later, each explained; or, where policy agreed,
 * to have read what is sent. Nothing of it is sent before the button.
 */
export function AskedFields(props: { readonly catalogue: PrivacyCatalogue; readonly unseen: boolean }) {
  const { catalogue, unseen } = props
  const texts = usePrivacyTexts()
  const speech = useTexts()
  const { missing } = catalogue
  if (missing.length === 0 && !unseen) return null
  if (missing.length === 0) return <PolicyAgreed catalogue={catalogue} />
  return (
    <Section title={texts.ask.title} note={texts.ask.note}>
      <Rows>
        {missing
          .map((id) => toldField(id, texts, speech))
          .map((field) => (
            <Row key={field.id}>
              <div className="asked-field">
                <RowText mark={<StateMark kind="attention" />} text={field.name} note={field.means} />
                <FieldDetail field={field} catalogue={catalogue} />
              </div>
            </Row>
          ))}
      </Rows>
      <Agree fields={missing} label={speech.say(texts.ask.agree, { n: missing.length })} done={texts.ask.agreed} />
    </Section>
  )
}

function PolicyAgreed({ catalogue }: { readonly catalogue: PrivacyCatalogue }) {
  const texts = usePrivacyTexts()
  const { say } = useTexts()
  return (
    <div className="policy-agreed">
      <p className="soft">{say(texts.ask.policyNote, { org: useOrganisation(catalogue) })}</p>
      <Agree fields={[]} label={texts.ask.understood} done={texts.ask.understood} />
    </div>
  )
}

function Agree(props: { readonly fields: readonly string[]; readonly label: string; readonly done: string }) {
  const { fields, label, done } = props
  const { store } = useAgent()
  const announce = useAnnounce()
  const { asked, ask } = useAsk('privacy/accept-fields')
  const onAgree = async () => {
    const reply = await ask({ fields: [...fields] })
    if (!reply.ok) return
    announce(done)
    store.take(reply.value)
  }
  return (
    <div className="agree">
      <Buttons>
        <Button kind="primary" isPending={asked.kind === 'asking'} onPress={() => void onAgree()}>
          {label}
        </Button>
      </Buttons>
      {asked.kind === 'failed' && <FailureBanner refusal={asked.refusal} />}
    </div>
  )
}
