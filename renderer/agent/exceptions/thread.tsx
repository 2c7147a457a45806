import { useState } from 'react'
import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { ExceptionsTexts } from '#contract/texts/windows/exceptions-texts.ts'
import { useAnnounce } from '../../ui/announcer.tsx'
import { Banner } from '../../ui/banner.tsx'
import { Button, Buttons } from '../../ui/button.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Section, Surface } from '../../ui/surface.tsx'
import { useAsk } from '../ask.ts'
import { CopyButton } from '../parts/copy.tsx'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { Words } from '../parts/words.tsx'
import { useTexts } from '../texts.tsx'
import { useKeptReply } from './use-kept-reply.ts'

const mostWords = 2000
/** So much is kept, so that nothing that was written is cut unasked. */
const mostKeptWords = 10_000

/**
 * Questions of approvers and what was answered, oldest first, with a place for the answer where one is waited for. What was
 * written stays while anything fails, while another screen is looked at, when the window is closed, and where nobody
 * waits for it any more.
 */
export function Thread(props: {
  readonly request: ShownRequest
  readonly texts: ExceptionsTexts
  readonly canReply: boolean
  readonly onTold: (request: ShownRequest) => void
}) {
  const { request, texts, canReply, onTold } = props
  const { moment, plain } = useTexts()
  const reply = useReply(request.request_id, texts, onTold)
  const { thread } = request
  const isLeftOver = !canReply && !reply.isSending && reply.words.trim() !== ''
  if (thread.length === 0 && !canReply && !isLeftOver) return null
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
          {canReply && <Reply reply={reply} texts={texts} />}
          {isLeftOver && <LeftOver reply={reply} texts={texts} />}
        </div>
      </Surface>
    </Section>
  )
}

type ReplyState = ReturnType<typeof useReply>

function useReply(request_id: string, texts: ExceptionsTexts, onTold: (request: ShownRequest) => void) {
  const announce = useAnnounce()
  const { asked, ask, forget } = useAsk('exception/reply')
  const { words, write, forget: forgetWords, discard, standing } = useKeptReply(request_id, mostKeptWords)
  const [isJudged, judge] = useState(false)
  const isLong = words.length > mostWords
  const isEmpty = words.trim() === ''
  return {
    words,
    discard,
    refusal: asked.kind === 'failed' ? asked.refusal : standing.kind === 'failed' ? standing.refusal : undefined,
    isSending: asked.kind === 'asking',
    fault: isLong ? ('long' as const) : isJudged && isEmpty ? ('empty' as const) : undefined,
    write(text: string) {
      write(text)
      if (asked.kind === 'failed') forget()
    },
    async send() {
      judge(true)
      if (isEmpty || isLong) return
      const reply = await ask({ request_id, text: words })
      if (!reply.ok) return
      forgetWords()
      judge(false)
      announce(texts.thread.sent)
      onTold(reply.value)
    },
  }
}

function Reply({ reply, texts }: { readonly reply: ReplyState; readonly texts: ExceptionsTexts }) {
  const { say } = useTexts()
  const { words, write, send, fault, refusal, isSending } = reply
  return (
    <div className="thread-reply">
      <TextArea
        label={texts.thread.reply}
        rows={3}
        value={words}
        onChange={write}
        maxLength={mostKeptWords}
        fault={fault === undefined ? undefined : say(texts.thread[fault], { most: mostWords })}
        isDisabled={isSending}
      />
      {refusal !== undefined && <FailureBanner refusal={refusal} />}
      <Buttons>
        <Button kind="primary" act="reply" isPending={isSending} onPress={() => void send()}>
          {texts.thread.send}
        </Button>
      </Buttons>
    </div>
  )
}

/** Written, and then nobody waited for it any more: to be copied, or thrown away. */
function LeftOver({ reply, texts }: { readonly reply: ReplyState; readonly texts: ExceptionsTexts }) {
  const { words, discard } = reply
  return (
    <div className="thread-reply">
      <Banner tone="attention" title={texts.thread.unsent}>
        {texts.thread.unsentMore}
      </Banner>
      <Words text={words} />
      <Buttons>
        <CopyButton text={words} />
        <Button kind="plain" onPress={discard}>
          {texts.thread.discard}
        </Button>
      </Buttons>
    </div>
  )
}
