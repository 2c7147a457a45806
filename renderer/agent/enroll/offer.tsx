import { type ReactNode, useState } from 'react'
import { Form } from 'react-aria-components'
import type { EnrollmentPreview } from '#contract/ipc.ts'
import type { EnrollTexts } from '#contract/texts/windows/enroll-texts.ts'
import { signalIds } from '#domain/signals.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button, Buttons } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Icon, PosternMark } from '../../ui/icon.tsx'
import { Section, Surface } from '../../ui/surface.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { useAsk } from '../ask.ts'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { extraFieldIds } from '../parts/field-words.ts'
import { Screen } from '../parts/screen.tsx'
import { useTexts } from '../texts.tsx'
import { readLink, typedLink } from './enroll-link.ts'
import { FieldNames } from './field-names.tsx'

/** What a person typed instead of opening a link. */
export type TypedAddress = { readonly host: string; readonly code: string }

type Props = {
  readonly texts: EnrollTexts
  /** Of the route; the organisation's own stands in for it. */
  readonly link: string | undefined
  readonly typed: TypedAddress
  readonly onType: (typed: TypedAddress) => void
  readonly onDescribed: (link: string, preview: EnrollmentPreview) => void
  readonly onNotNow: () => void
}

/** Step 1: who asks, and everything that may ever be sent. Makes no request before "Continue". */
export function Offer({ texts, link: given, typed, onType, onDescribed, onNotNow }: Props) {
  const { enroll_link } = useSnapshot()
  const { say } = useTexts()
  const { offer } = texts
  const link = given ?? enroll_link ?? undefined
  const read = link === undefined ? undefined : readLink(link)
  const { host, code } = typed
  const [isTried, setIsTried] = useState(false)
  const { asked, ask, forget } = useAsk('enrollment/preview')
  const isWholeLink = host.trim().startsWith('postern:')
  const isComplete = read !== undefined || (host.trim() !== '' && (isWholeLink || code.trim() !== ''))
  const proceed = async () => {
    setIsTried(true)
    if (!isComplete) return
    const chosen = read !== undefined && link !== undefined ? link : typedLink(host, code)
    const reply = await ask({ link: chosen })
    if (reply.ok) onDescribed(chosen, reply.value)
  }
  const type = (part: keyof TypedAddress) => (text: string) => {
    onType({ ...typed, [part]: text })
    forget()
  }
  const shownHost = read?.host ?? (isWholeLink ? readLink(host.trim())?.host : undefined)
  return (
    <Screen
      title={texts.title}
      sentence={read === undefined ? offer.byHand : say(offer.asks, { host: read.host })}
      emblem={<PosternMark size={48} />}
      note={`${say(texts.step, { n: 1 })}${read === undefined ? `. ${offer.byHandNote}` : ''}`}
      offline={false}
    >
      <Form
        className={read === undefined ? 'enroll-form' : 'enroll-form enroll-form-short'}
        onSubmit={(event) => {
          event.preventDefault()
          void proceed()
        }}
      >
        {link !== undefined && read === undefined && (
          <Banner tone="failure" title={offer.badLink}>
            {offer.badLinkMore}
          </Banner>
        )}
        {read?.isPlain === true && <Banner tone="attention" title={offer.plain} />}
        {read === undefined && (
          <div className="enroll-fields">
            <TextField
              label={offer.host}
              help={offer.hostHelp}
              fault={isTried && host.trim() === '' ? offer.hostMissing : undefined}
              value={host}
              onChange={type('host')}
              maxLength={512}
              isCode
              act="host"
            />
            <TextField
              label={offer.code}
              help={offer.codeHelp}
              fault={isTried && !isWholeLink && code.trim() === '' ? offer.codeMissing : undefined}
              value={code}
              onChange={type('code')}
              maxLength={64}
              isDisabled={isWholeLink}
              isCode
              act="code"
            />
          </div>
        )}
        <Buttons>
          <Button kind="primary" type="submit" isPending={asked.kind === 'asking'} act="continue">
            {asked.kind === 'asking' ? offer.asking : offer.continue}
          </Button>
          <Button kind="plain" onPress={onNotNow} act="not-now">
            {offer.notNow}
          </Button>
        </Buttons>
      </Form>
      <Small>{shownHost === undefined ? offer.nothingYetByHand : say(offer.nothingYet, { host: shownHost })}</Small>
      {asked.kind === 'failed' && <FailureBanner refusal={asked.refusal} />}
      <Section title={offer.mayBeSent}>
        <Surface>
          <FieldNames texts={texts} fields={[...signalIds, ...extraFieldIds]} />
        </Surface>
      </Section>
      <NeverCollected texts={texts} />
    </Screen>
  )
}

/** What is never asked for, whoever asks. */
export function NeverCollected({ texts }: { readonly texts: EnrollTexts }) {
  return (
    <p className="enroll-never">
      <Icon name="lock" />
      {texts.offer.neverCollected}
    </p>
  )
}

function Small({ children }: { readonly children: ReactNode }) {
  return <p className="enroll-small soft">{children}</p>
}
