import { useState } from 'react'
import type { HistoryItem, HistoryKind } from '#contract/agent-exceptions.ts'
import { historyDe } from '#contract/texts/windows/history-de.ts'
import { historyEn } from '#contract/texts/windows/history-en.ts'
import type { HistoryTexts } from '#contract/texts/windows/history-texts.ts'
import { Busy } from '../../ui/busy.tsx'
import { Button } from '../../ui/button.tsx'
import { RadioGroup } from '../../ui/choice.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Rows, Section } from '../../ui/surface.tsx'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { Screen } from '../parts/screen.tsx'
import { type Speech, useScreenTexts, useTexts } from '../texts.tsx'
import { daysAgo, historyDays } from './history-days.ts'
import { HistoryRow } from './history-row.tsx'
import { useHistory } from './use-history.ts'
import './history.css'

const pair = { en: historyEn, de: historyDe }
const kinds = ['verdict', 'exception', 'sent', 'enrollment', 'key', 'update'] as const satisfies readonly HistoryKind[]
const all = 'all'

/** What happened on this device, newest first, by day; all of it or one kind. */
export function HistoryScreen() {
  const texts = useScreenTexts(pair)
  const { shared } = useTexts()
  const [kind, setKind] = useState<HistoryKind | typeof all>(all)
  const past = useHistory(kind === all ? undefined : kind)
  const { items } = past
  const isNothing = items !== undefined && items.length === 0
  return (
    <Screen title={shared.navigation.history} note={texts.note} offline={false}>
      {!(isNothing && kind === all) && (
        <RadioGroup
          label={texts.filter}
          inline
          value={kind}
          onChange={setKind}
          choices={[
            { id: all, label: texts.all },
            ...kinds.map((id) => ({ id, label: texts.kinds[id], act: `show-${id}` })),
          ]}
        />
      )}
      {past.refusal !== undefined && <FailureBanner refusal={past.refusal} onAgain={past.again} />}
      {items === undefined && past.refusal === undefined && <Busy text={shared.reading} />}
      {isNothing && (
        <Empty icon="history" title={kind === all ? texts.empty : texts.emptyKind}>
          {kind === all && texts.emptyMore}
        </Empty>
      )}
      {items !== undefined && items.length > 0 && (
        <>
          <Days items={items} texts={texts} />
          {past.hasOlder ? (
            <div>
              <Button isPending={past.isReading} onPress={past.showOlder}>
                {texts.older}
              </Button>
            </div>
          ) : (
            <p className="history-foot soft">{texts.foot}</p>
          )}
        </>
      )}
    </Screen>
  )
}

function Days({ items, texts }: { readonly items: readonly HistoryItem[]; readonly texts: HistoryTexts }) {
  const speech = useTexts()
  return (
    <div className="history">
      {historyDays(items).map(({ key, start, items: ofDay }) => (
        <Section key={key} title={dayWords(start, texts, speech)}>
          <Rows>
            {ofDay.map((item) => (
              <HistoryRow key={rowKey(item)} item={item} texts={texts} />
            ))}
          </Rows>
        </Section>
      ))}
    </div>
  )
}

function dayWords(start: number, texts: HistoryTexts, { locale, now }: Speech): string {
  const ago = daysAgo(start, now)
  if (ago === 0) return texts.today
  if (ago === 1) return texts.yesterday
  const isFar = ago > 180
  return new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(isFar ? { year: 'numeric' } : {}),
  }).format(new Date(start * 1000))
}

function rowKey(item: HistoryItem): string {
  if (item.kind === 'exception') return item.request.request_id
  return item.kind === 'sent' ? item.message.id : item.id
}
