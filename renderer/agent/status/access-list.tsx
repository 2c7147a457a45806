import type { Snapshot } from '#contract/ipc.ts'
import { checkTitle } from '#contract/texts/finding-text.ts'
import { plainCheckId } from '#contract/texts/plain-check-id.ts'
import type { StatusTexts } from '#contract/texts/windows/status-texts.ts'
import { type MarkKind, StateMark } from '../../ui/state-mark.tsx'
import { Row, Rows, Section } from '../../ui/surface.tsx'
import { failureWords } from '../parts/failure-banner.tsx'
import { type Speech, useTexts } from '../texts.tsx'
import { holds } from './status-rows.ts'

type Resource = NonNullable<Snapshot['result']>['resources'][number]

const marks: { readonly [Word in Resource['access']]: MarkKind } = {
  allow: 'good',
  challenge: 'waiting',
  refuse: 'refused',
}

/** What this device may reach, as the gateway said; what is closed first, and why. */
export function AccessList({ snapshot, texts }: { readonly snapshot: Snapshot; readonly texts: StatusTexts }) {
  const speech = useTexts()
  const resources = snapshot.result?.resources ?? []
  if (resources.length === 0) return null
  const order = ['refuse', 'challenge', 'allow'] as const
  const sorted = order.flatMap((word) => resources.filter(({ access }) => access === word))
  return (
    <Section title={texts.groups.access}>
      <Rows>
        {sorted.map((resource) => {
          const because = becauseOf(resource, snapshot, texts, speech)
          return (
            <Row
              key={resource.id}
              mark={<StateMark kind={marks[resource.access]} />}
              text={speech.plain(resource.name, 80)}
              aside={texts.access[resource.access]}
              {...(because === undefined ? {} : { note: because })}
            />
          )
        })}
      </Rows>
    </Section>
  )
}

function becauseOf(resource: Resource, snapshot: Snapshot, texts: StatusTexts, speech: Speech): string | undefined {
  if (resource.access === 'allow') return undefined
  const telling = { language: speech.language, texts: speech.texts, values: speech.words }
  const checks = resource.findings
    .filter(holds)
    .map((finding) => speech.plain(checkTitle(plainCheckId(finding.check), snapshot, telling), 80))
  if (checks.length > 0) return speech.say(texts.because, { checks: speech.list(checks) })
  return resource.code === undefined ? undefined : failureWords({ code: resource.code }, speech).title
}
