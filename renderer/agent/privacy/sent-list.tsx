import { useState } from 'react'
import type { SentHead } from '#contract/agent-windows.ts'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/choice.tsx'
import { Disclosure } from '../../ui/disclosure.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { Row, Rows, RowText, Section } from '../../ui/surface.tsx'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { useTexts } from '../texts.tsx'
import { MessageDetail, outcomeMarks } from './message-detail.tsx'
import { messageWords, usePrivacyTexts } from './privacy-texts.ts'
import { useLedger } from './use-ledger.ts'

const all = 'all'
/** Every message of the ledger, newest first, page after page; opened, each with its bytes. */
export function SentList() {
  const texts = usePrivacyTexts()
  const { shared } = useTexts()
  const [typ, setTyp] = useState(all)
  const { items, hasOlder, isReading, refusal, showOlder, again } = useLedger(typ === all ? undefined : typ)
  const { ledger, message } = texts
  return (
    <Section title={ledger.title} note={ledger.note}>
      <div className="sent-filter">
        <Select
          label={ledger.filter}
          value={typ}
          onChange={setTyp}
          choices={[
            { id: all, label: ledger.all },
            ...Object.entries(message.types).map(([id, label]) => ({ id, label })),
          ]}
        />
      </div>
      {refusal !== undefined && <FailureBanner refusal={refusal} onAgain={again} />}
      {items !== undefined && items.length === 0 && <p className="soft">{ledger.none}</p>}
      {items !== undefined && items.length > 0 && (
        <Rows label={ledger.title}>
          {items.map((head) => (
            <Row key={head.id}>
              <Disclosure isLazy summary={<SentSummary head={head} />}>
                <MessageDetail head={head} />
              </Disclosure>
            </Row>
          ))}
        </Rows>
      )}
      {hasOlder && (
        <div>
          <Button kind="quiet" isPending={isReading} onPress={showOlder}>
            {shared.showMore}
          </Button>
        </div>
      )}
    </Section>
  )
}

function SentSummary({ head }: { readonly head: SentHead }) {
  const texts = usePrivacyTexts()
  const speech = useTexts()
  const { say, moment } = speech
  const { message } = texts
  return (
    <RowText
      mark={<StateMark kind={outcomeMarks[head.outcome]} size={16} />}
      text={messageWords(head.typ, texts, speech)}
      note={`${message.outcomes[head.outcome]} · ${say(message.bytes, { n: head.bytes })}`}
      aside={moment(head.at)}
    />
  )
}
