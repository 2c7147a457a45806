import type { ReactNode } from 'react'
import type { ExceptionForm } from '#contract/agent-exceptions.ts'
import type { PreviewAnswer } from '#contract/exception-answers.ts'
import type { RequestTexts } from '#contract/texts/windows/request-texts.ts'
import { Banner } from '../../ui/banner.tsx'
import { Busy } from '../../ui/busy.tsx'
import { KeyValues } from '../../ui/key-values.tsx'
import { PathLine, type PathStep } from '../../ui/path-line.tsx'
import { Section, Surface } from '../../ui/surface.tsx'
import { type ExceptionNames, useExceptionNames } from '../parts/exception-names.ts'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { NextStep } from '../parts/next-step.tsx'
import { type Speech, useTexts } from '../texts.tsx'
import { askAgainAt, refusalWords } from './refusal-words.ts'
import type { Preview } from './use-preview.ts'

type Props = {
  readonly preview: Preview & { readonly again: () => void }
  readonly limits: ExceptionForm['limits']
  readonly isChosen: boolean
  readonly durationSeconds: number | undefined
  readonly texts: RequestTexts
}

/** What the gateway says of the wish as it stands: who approves, what it costs, what is left; else the last known limits. */
export function WhatItTakes({ preview, limits, isChosen, durationSeconds, texts }: Props) {
  const speech = useTexts()
  const names = useExceptionNames()
  const { value, refusal, isAsking } = preview
  const { takes } = texts
  if (!isChosen)
    return (
      <Section title={takes.title}>
        <Surface>
          <p className="soft">{takes.chooseResource}</p>
        </Surface>
      </Section>
    )
  if (value === undefined && refusal !== undefined)
    return (
      <Section title={takes.title} aside={isAsking ? takes.asking : takes.lastKnown}>
        <LastKnown limits={limits} refusal={refusal} texts={texts} onAgain={preview.again} />
      </Section>
    )
  if (value === undefined)
    return (
      <Section title={takes.title}>
        <Surface>
          <Busy text={takes.asking} />
        </Surface>
      </Section>
    )
  return (
    <Section title={takes.title} aside={isAsking ? takes.asking : undefined}>
      {!value.offered && <Refused value={value} texts={texts} names={names} />}
      <Surface>
        <div className="request-takes">
          <PathLine
            steps={pathAhead(value, durationSeconds, texts, names, speech)}
            label={texts.path.label}
            doneWord=""
          />
          <KeyValues rows={rowsOf(value, texts, names, speech)} />
        </div>
      </Surface>
    </Section>
  )
}

function Refused(props: {
  readonly value: PreviewAnswer
  readonly texts: RequestTexts
  readonly names: ExceptionNames
}) {
  const { value, texts, names } = props
  const speech = useTexts()
  const refusals = value.refusal ?? []
  const again = askAgainAt(refusals, value.cooldown_until, speech.now)
  return (
    <Banner tone="attention" title={texts.refusal.title}>
      {refusals.map((each) => (
        <p key={each.code}>{refusalWords(each, texts.refusal, names, speech)}</p>
      ))}
      {again !== undefined && <p>{speech.say(texts.refusal.askAgain, { time: speech.moment(again) })}</p>}
    </Banner>
  )
}

function LastKnown(props: {
  readonly limits: ExceptionForm['limits']
  readonly refusal: NonNullable<Preview['refusal']>
  readonly texts: RequestTexts
  readonly onAgain: () => void
}) {
  const { limits, refusal, texts, onAgain } = props
  const { say, span, number } = useTexts()
  const { takes } = texts
  const known = {
    gateway_unreachable: takes.lastKnownAway,
    unavailable: takes.lastKnownAway,
    key_locked: takes.lastKnownLocked,
  }
  const why = Object.entries(known).find(([code]) => code === refusal.code)?.[1]
  return (
    <>
      {why === undefined ? (
        <FailureBanner refusal={refusal} onAgain={onAgain} />
      ) : (
        <Banner tone="offline" title={why} actions={<NextStep code={refusal.code} onAgain={onAgain} />}>
          {takes.lastKnownMore}
        </Banner>
      )}
      <Surface>
        <KeyValues
          rows={[
            [takes.longest, span(limits.max_duration_s)],
            [takes.leastReason, say(takes.leastReasonValue, { n: limits.reason_min })],
            [takes.openAtOnce, say(texts.refusal.most, { limit: number(limits.open_max) }).replace(/\.$/, '')],
          ]}
        />
      </Surface>
    </>
  )
}

/** From sending to access, as it would go. */
function pathAhead(
  { stages, step_up, max_duration_s }: PreviewAnswer,
  durationSeconds: number | undefined,
  { path, takes }: RequestTexts,
  names: ExceptionNames,
  { say, span, list }: Speech,
): readonly PathStep[] {
  const n = stages.reduce((sum, { need }) => sum + need, 0)
  const who = list(stages.map(({ id, need }) => say(takes.approval, { n: need, stage: names.stage(id) })))
  return [
    { id: 'send', label: path.send, state: 'now' },
    ...(step_up === 'session' ? [] : [{ id: 'confirm', label: path.confirm, state: 'next' as const }]),
    n === 0
      ? { id: 'approve', label: path.noApproval, state: 'next' }
      : { id: 'approve', label: say(path.approve, { n }), state: 'next', note: who },
    {
      id: 'open',
      label:
        durationSeconds === undefined || durationSeconds > max_duration_s
          ? path.openLater
          : say(path.open, { span: span(durationSeconds) }),
      state: 'next',
    },
  ]
}

function rowsOf(
  value: PreviewAnswer,
  { takes }: RequestTexts,
  names: ExceptionNames,
  { span, number }: Speech,
): readonly (readonly [string, ReactNode])[] {
  const controls = names.controls(value.controls)
  return [
    [takes.proof, names.stepUp(value.step_up)],
    [takes.risk, names.risk(value.risk_tier)],
    [takes.whileItLasts, controls.length === 0 ? undefined : <Sentences texts={controls} key="controls" />],
    [takes.longest, span(value.max_duration_s)],
    [takes.totalLeft, value.total_left_s === 0 ? number(0) : span(value.total_left_s)],
    [takes.requestsLeft, number(value.quota_left)],
  ]
}

function Sentences({ texts }: { readonly texts: readonly string[] }) {
  return (
    <ul>
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  )
}
