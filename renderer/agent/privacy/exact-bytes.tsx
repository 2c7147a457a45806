import type { SentWhole } from '#contract/agent-windows.ts'
import { useAnnounce } from '../../ui/announcer.tsx'
import { Button, Buttons } from '../../ui/button.tsx'
import { useAsk } from '../ask.ts'
import { CopyButton } from '../parts/copy.tsx'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { useTexts } from '../texts.tsx'
import { usePrivacyTexts } from './privacy-texts.ts'

export const byteViews = ['compact', 'header', 'payload'] as const
export type ByteView = (typeof byteViews)[number]

/** Longer texts go into a file: a question to the agent has room for no more. */
const mostCopied = 30_000

/** A message exactly as it left, or one of its parts decoded; its hash; to be copied, or put into a file. */
export function ExactBytes({ message, view }: { readonly message: SentWhole; readonly view: ByteView }) {
  const texts = usePrivacyTexts().message
  const { say } = useTexts()
  const announce = useAnnounce()
  const save = useAsk('privacy/save')
  const text = { compact: message.jws, header: message.header, payload: message.payload }[view]
  const savedAt = save.asked.kind === 'answered' ? save.asked.value.path : null
  const onSave = async () => {
    const reply = await save.ask({ id: message.id })
    if (reply.ok && reply.value.path !== null) announce(say(texts.saved, { path: reply.value.path }))
  }
  return (
    <div className="bytes">
      <p className="bytes-note soft">{texts.viewNotes[view]}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
      <section className="bytes-text" aria-label={texts.views[view]} tabIndex={0}>
        <pre dir="ltr" translate="no">
          {view === 'compact' ? <Segments jws={message.jws} /> : text}
        </pre>
      </section>
      <dl className="bytes-hash">
        <dt className="soft">{texts.hash}</dt>
        <dd>
          <code translate="no">{message.sha256}</code>
          <span className="bytes-note soft">{texts.hashNote}</span>
        </dd>
      </dl>
      <Buttons>
        {text.length <= mostCopied && <CopyButton text={text} />}
        <Button kind="plain" icon="save" isPending={save.asked.kind === 'asking'} onPress={() => void onSave()}>
          {texts.save}
        </Button>
        {savedAt !== null && <span className="bytes-note soft">{say(texts.saved, { path: savedAt })}</span>}
      </Buttons>
      {save.asked.kind === 'failed' && <FailureBanner refusal={save.asked.refusal} onAgain={() => void onSave()} />}
    </div>
  )
}

/** Header, payload and signature, told apart by colour; the dots between them are part of the message. */
function Segments({ jws }: { readonly jws: string }) {
  const [header = '', payload = '', ...signature] = jws.split('.')
  return (
    <>
      <span className="bytes-header">{header}</span>.<span className="bytes-payload">{payload}</span>.
      <span className="bytes-signature">{signature.join('.')}</span>
    </>
  )
}
