import { useState } from 'react'
import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { ExceptionsTexts } from '#contract/texts/windows/exceptions-texts.ts'
import { useAnnounce } from '../../ui/announcer.tsx'
import { Button, Buttons } from '../../ui/button.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Section, Surface } from '../../ui/surface.tsx'
import { useAsk } from '../ask.ts'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { Words } from '../parts/words.tsx'
import { useTexts } from '../texts.tsx'
import { useKeptReply } from './use-kept-reply.ts'

const mostWords = 2000

/** Questions of approvers and what was answered, oldest first, with a place for the answer where one is waited for. */
export function Thread(props: {
  readonly request: ShownRequest
  readonly texts: ExceptionsTexts
  readonly canReply: boolean
  readonly onTold: (request: ShownRequest) => void
}) {
  const { request, texts, canReply, onTold } = props
  const { moment, plain } = useTexts()
  const { thread } = request
  if (thread.length === 0 && !canReply) return null
  return (
    <Section title={texts.thread.title}>
      <Surface>
        <div className="thread">
          {thread.length > 0 && (
            <ol className="thread-messages">
              {thread.map(({ id, from, by, at, text }) => (
                <li key={id} className={`thread-message thread-${from}`}>
                  <p className="thread-who">
                    <span className="thread-name">
                      {from === 'requester' ? texts.thread.you : plain(by ?? texts.anApprover, 80)}
                    </span>{' '}
                    <span className="soft">{moment(at)}</span>
                  </p>
                  <Words text={text} />
                </li>
              ))}
            </ol>
          )}
          {canReply && <Reply request={request} texts={texts} onTold={onTold} />}
        </div>
      </Surface>
    </Section>
  )
}

/** The answer stays while anything fails, while another screen is looked at, and when the window is closed. */
function Reply(props: {
  readonly request: ShownRequest
  readonly texts: ExceptionsTexts
  readonly onTold: (request: ShownRequest) => void
}) {
  const { request, texts, onTold } = props
  const { say } = useTexts()
  const announce = useAnnounce()
  const { asked, ask, forget } = useAsk('exception/reply')
  const { words, write, forget: forgetWords, standing } = useKeptReply(request.request_id, mostWords)
  const [isJudged, judge] = useState(false)
  const isLong = words.length > mostWords
  const isEmpty = words.trim() === ''
  const send = async () => {
    judge(true)
    if (isEmpty || isLong) return
    const reply = await ask({ request_id: request.request_id, text: words })
    if (!reply.ok) return
    forgetWords()
    judge(false)
    announce(texts.thread.sent)
    onTold(reply.value)
  }
  return (
    <div className="thread-reply">
      <TextArea
        label={texts.thread.reply}
        rows={3}
        value={words}
        onChange={(text) => {
          write(text)
          if (asked.kind === 'failed') forget()
        }}
        fault={
          isLong ? say(texts.thread.long, { most: mostWords }) : isJudged && isEmpty ? texts.thread.empty : undefined
        }
        isDisabled={asked.kind === 'asking'}
      />
      {asked.kind === 'failed' && <FailureBanner refusal={asked.refusal} />}
      {asked.kind !== 'failed' && standing.kind === 'failed' && <FailureBanner refusal={standing.refusal} />}
      <Buttons>
        <Button kind="primary" act="reply" isPending={asked.kind === 'asking'} onPress={() => void send()}>
          {texts.thread.send}
        </Button>
      </Buttons>
    </div>
  )
}
