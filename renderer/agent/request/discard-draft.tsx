import { useState } from 'react'
import type { RequestTexts } from '#contract/texts/windows/request-texts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useAsk } from '../ask.ts'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { useRoutes } from '../routes.tsx'
import { useUnkept } from '../unkept.tsx'

/** Throws a draft away, once the person has said so twice. */
export function DiscardDraft(props: {
  readonly draftId: string
  readonly texts: RequestTexts
  readonly text?: string
  readonly isDisabled?: boolean
  /** Before it goes: nothing may write it again. */
  readonly onDiscard?: () => void
  /** It is still there. */
  readonly onFailed?: () => void
}) {
  const { draftId, texts, text, isDisabled = false, onDiscard, onFailed } = props
  const { go } = useRoutes()
  const { unkept } = useUnkept()
  const { asked, ask, forget } = useAsk('draft/discard')
  const [isOpen, setIsOpen] = useState(false)
  const discard = async () => {
    onDiscard?.()
    const reply = await ask({ draft_id: draftId })
    if (!reply.ok) return onFailed?.()
    unkept.forget(draftId)
    go({ screen: 'exceptions' })
  }
  const close = () => {
    setIsOpen(false)
    forget()
  }
  return (
    <>
      <Button kind="plain" act="discard" isDisabled={isDisabled} onPress={() => setIsOpen(true)}>
        {text ?? texts.draft.discard}
      </Button>
      <Dialog
        title={texts.draft.discardTitle}
        isOpen={isOpen}
        onClose={close}
        role="alertdialog"
        actions={
          <>
            <Button kind="danger" isPending={asked.kind === 'asking'} onPress={() => void discard()}>
              {text ?? texts.draft.discard}
            </Button>
            <Button onPress={close}>{texts.draft.keep}</Button>
          </>
        }
      >
        <p>{texts.draft.discardMore}</p>
        {asked.kind === 'failed' && <FailureBanner refusal={asked.refusal} />}
      </Dialog>
    </>
  )
}
