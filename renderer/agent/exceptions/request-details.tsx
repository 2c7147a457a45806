import type { ReactNode } from 'react'
import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { ExceptionsTexts } from '#contract/texts/windows/exceptions-texts.ts'
import { isLive } from '#domain/exceptions/states.ts'
import { KeyValues } from '../../ui/key-values.tsx'
import { Section, Surface } from '../../ui/surface.tsx'
import { useExceptionNames } from '../parts/exception-names.ts'
import { Words } from '../parts/words.tsx'
import { useTexts } from '../texts.tsx'
import { isHearsay } from './standing-of-request.ts'

/** Everything that is known of one request. */
export function RequestDetails({
  request,
  texts,
}: {
  readonly request: ShownRequest
  readonly texts: ExceptionsTexts
}) {
  const names = useExceptionNames()
  const speech = useTexts()
  const { say, span, moment, number, plain } = speech
  const { details } = texts
  const { grant } = request
  const isLiving = grant === null || isLive(grant.state)
  const checks = grant?.checks ?? request.checks
  const resources = grant?.resources ?? request.resources
  const controls = names.controls(grant?.controls ?? request.controls)
  return (
    <Section title={details.title}>
      <Surface>
        <KeyValues
          rows={[
            [
              details.answer,
              request.why === null || request.state === 'denied' ? undefined : <Words key="why" text={request.why} />,
            ],
            [details.check, checks.length === 0 ? details.unknown : names.checks(checks)],
            [details.resources, resources.length === 0 ? details.unknown : names.resources(resources)],
            [details.duration, request.duration_s === null ? undefined : span(request.duration_s)],
            [
              isLiving ? details.window : details.held,
              grant === null || isHearsay(request) ? undefined : windowOf(grant),
            ],
            [details.category, request.category === null ? undefined : names.category(request.category)],
            [details.reason, request.reason === null ? undefined : <Words key="reason" text={request.reason} />],
            [details.ticket, request.ticket === null ? undefined : plain(request.ticket, 64)],
            [details.controls, controls.length === 0 ? undefined : lines(controls)],
            [
              details.logIndex,
              request.log_index === null ? undefined : say(details.logIndexValue, { n: number(request.log_index) }),
            ],
            [details.id, code(request.request_id)],
          ]}
        />
      </Surface>
    </Section>
  )

  /** As planned, and once it has ended as it was. */
  function windowOf({ not_before, not_after, ended_at }: NonNullable<ShownRequest['grant']>): string | undefined {
    const until = isLiving || ended_at === null ? not_after : Math.min(ended_at, not_after ?? ended_at)
    if (not_before === null || until === null || until <= not_before) return undefined
    return say(details.windowValue, { from: moment(not_before), until: moment(until) })
  }
}

function code(id: string): ReactNode {
  return <code dir="ltr">{id}</code>
}

function lines(texts: readonly string[]): ReactNode {
  return (
    <ul>
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  )
}
