import { useState } from 'react'
import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { ExceptionsTexts } from '#contract/texts/windows/exceptions-texts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useAsk } from '../ask.ts'
import { useExceptionNames } from '../parts/exception-names.ts'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { useRoutes } from '../routes.tsx'
import { useTexts } from '../texts.tsx'
import type { Offer } from './standing-of-request.ts'

type Props = {
  readonly request: ShownRequest
  readonly offers: readonly Offer[]
  readonly texts: ExceptionsTexts
  readonly onTold: (request: ShownRequest) => void
}

/** What can be done where it stands. An answer to a question is given beside the question. */
export function RequestActions(props: Props) {
  const { request, offers, texts } = props
  const names = useExceptionNames()
  const { go } = useRoutes()
  const { say } = useTexts()
  const [check] = request.checks
  const isOffered = (offer: Offer) => offers.includes(offer)
  if (offers.every((offer) => offer === 'reply')) return null
  return (
    <div className="request-actions">
      <div className="request-actions-row">
        {isOffered('continue') && <ContinueInBrowser request={request} texts={texts} />}
        {isOffered('fix') && (
          <Button kind="primary" onPress={() => go({ screen: 'status' })}>
            {texts.actions.fix}
          </Button>
        )}
        {isOffered('again') && (
          <Button kind="primary" onPress={() => go({ screen: 'request', ...(check === undefined ? {} : { check }) })}>
            {texts.actions.again}
          </Button>
        )}
        {isOffered('end') && (
          <Certain
            {...props}
            name="exception/surrender"
            act={texts.actions.end}
            title={texts.actions.endTitle}
            more={say(texts.actions.endMore, { resources: names.resources(request.grant?.resources ?? []) })}
          />
        )}
        {isOffered('withdraw') && (
          <Certain
            {...props}
            name="exception/withdraw"
            act={texts.actions.withdraw}
            title={texts.actions.withdrawTitle}
            more={texts.actions.withdrawMore}
          />
        )}
      </div>
    </div>
  )
}

function ContinueInBrowser({ request, texts }: Pick<Props, 'request' | 'texts'>) {
  const { asked, ask } = useAsk('exception/open-step-up')
  const { request_id } = request
  return (
    <>
      <Button
        kind="primary"
        icon="open"
        act="continue"
        isPending={asked.kind === 'asking'}
        onPress={() => void ask({ request_id })}
      >
        {texts.actions.continue}
      </Button>
      {asked.kind === 'answered' && (
        <p className="request-said soft" role="status">
          {texts.actions.opened}
        </p>
      )}
      {asked.kind === 'failed' && (
        <div className="request-said">
          <FailureBanner refusal={asked.refusal} />
        </div>
      )}
    </>
  )
}

/** Something that cannot be taken back, done once the person has said so twice. */
function Certain(
  props: Pick<Props, 'request' | 'texts' | 'onTold'> & {
    readonly name: 'exception/withdraw' | 'exception/surrender'
    readonly act: string
    readonly title: string
    readonly more: string
  },
) {
  const { request, texts, onTold, name, act, title, more } = props
  const { asked, ask, forget } = useAsk(name)
  const [isOpen, setIsOpen] = useState(false)
  const close = () => {
    setIsOpen(false)
    forget()
  }
  const go = async () => {
    const reply = await ask({ request_id: request.request_id })
    if (!reply.ok) return
    close()
    onTold(reply.value)
  }
  return (
    <>
      <Button onPress={() => setIsOpen(true)}>{act}</Button>
      <Dialog
        title={title}
        isOpen={isOpen}
        onClose={close}
        role="alertdialog"
        actions={
          <>
            <Button kind="danger" isPending={asked.kind === 'asking'} onPress={() => void go()}>
              {act}
            </Button>
            <Button onPress={close}>{texts.actions.keep}</Button>
          </>
        }
      >
        <p>{more}</p>
        {asked.kind === 'failed' && <FailureBanner refusal={asked.refusal} />}
      </Dialog>
    </>
  )
}
