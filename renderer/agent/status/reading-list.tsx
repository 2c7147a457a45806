import type { Snapshot } from '#contract/ipc.ts'
import { valueText } from '#contract/texts/value-text.ts'
import type { StatusTexts } from '#contract/texts/windows/status-texts.ts'
import { Row, Rows, Section } from '../../ui/surface.tsx'
import { type Speech, useTexts } from '../texts.tsx'

/** Readings with their values and no verdict: nobody has judged them. */
export function ReadingList({ snapshot, texts }: { readonly snapshot: Snapshot; readonly texts: StatusTexts }) {
  const speech = useTexts()
  if (snapshot.readings.length === 0) return null
  const isAlone = snapshot.state === 'not-enrolled'
  return (
    <Section title={texts.groups.readings} {...(isAlone ? { note: texts.groups.readingsNote } : {})}>
      <Rows>
        {snapshot.readings.map((reading) => (
          <Row key={reading.id} text={speech.texts.signals[reading.id]} aside={readingText(reading, texts, speech)} />
        ))}
      </Rows>
    </Section>
  )
}

function readingText(reading: Snapshot['readings'][number], texts: StatusTexts, speech: Speech): string {
  if (reading.st === 'observed') return speech.plain(valueText(reading.id, reading.v, speech.words), 300)
  if (reading.st === 'na') return texts.outcomes.na
  return speech.say(texts.outcomes.unknown, { reason: speech.texts.reasons[reading.why] })
}
