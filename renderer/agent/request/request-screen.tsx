import { useState } from 'react'
import type { Draft, ExceptionForm } from '#contract/agent-exceptions.ts'
import type { RequestTexts } from '#contract/texts/windows/request-texts.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { RowLink } from '../../ui/row-link.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { Rows } from '../../ui/surface.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { useAnswer } from '../ask.ts'
import { Answered } from '../parts/answered.tsx'
import { BackToExceptions } from '../parts/back-to-exceptions.tsx'
import { useExceptionNames } from '../parts/exception-names.ts'
import { useKept } from '../parts/kept.ts'
import { Screen } from '../parts/screen.tsx'
import { useAgainWhen } from '../parts/use-again-when.ts'
import { Words } from '../parts/words.tsx'
import { type Place, useRoutes } from '../routes.tsx'
import { useScreenTexts, useTexts } from '../texts.tsx'
import { useUnkept } from '../unkept.tsx'
import { DiscardDraft } from './discard-draft.tsx'
import { PastRefusal } from './past-refusal.tsx'
import { Remedy } from './remedy.tsx'
import { type Beginning, beginningOf } from './request-beginning.ts'
import { RequestForm } from './request-form.tsx'
import { requestWords } from './request-words.ts'
import { WaitingDraft } from './waiting-draft.tsx'
import './request.css'

/** Asks for an exception to a failing check; what was written before is there again. */
export function RequestScreen() {
  const { place } = useRoutes()
  const { result_at } = useSnapshot()
  const texts = useScreenTexts(requestWords)
  const { held } = useUnkept()
  const { asked, again } = useAnswer('exception/form', place.check === undefined ? {} : { check: place.check })
  useAgainWhen(result_at, again)
  // What is being written stays, should asking again fail.
  const { value } = useKept(asked)
  if (value === undefined)
    return (
      <Screen title={texts.title} back={<BackToExceptions />}>
        <Answered asked={asked} again={again}>
          {() => null}
        </Answered>
      </Screen>
    )
  return <Begun form={withUnkept(value, held)} place={place} texts={texts} />
}

/** What could not be saved is a draft like the others, while this window is there. */
function withUnkept(form: ExceptionForm, held: readonly Draft[]): ExceptionForm {
  if (held.length === 0) return form
  const isHeld = ({ draft_id }: Draft) => held.some((each) => each.draft_id === draft_id)
  return { ...form, drafts: [...form.drafts.filter((each) => !isHeld(each)), ...held] }
}

type Props = { readonly form: ExceptionForm; readonly place: Place; readonly texts: RequestTexts }

function Begun({ form, place, texts }: Props) {
  const { go } = useRoutes()
  const names = useExceptionNames()
  const { say, list } = useTexts()
  const [chosen, choose] = useState(place.check)
  const [kept, keep] = useState<Draft>()
  const [isChanging, change] = useState<Draft>()
  const [begun, begin] = useState<Beginning>()
  // A form does not change under the hands of its writer, whatever comes meanwhile; all else follows the newest verdict.
  const fresh = beginningOf(form, { check: chosen, draft: place.draft })
  if (begun === undefined && (fresh.kind === 'form' || fresh.kind === 'waiting')) begin(fresh)
  const began = begun ?? fresh
  const head = { title: texts.title, back: <BackToExceptions />, offline: false }
  const toStatus = (
    <Button kind="primary" onPress={() => go({ screen: 'status' })}>
      {texts.toStatus}
    </Button>
  )

  const waiting = kept ?? (began.kind === 'waiting' && isChanging === undefined ? began.draft : undefined)
  if (waiting !== undefined)
    return (
      <WaitingDraft
        draft={waiting}
        texts={texts}
        onChange={(draft) => {
          keep(undefined)
          change(draft)
        }}
      />
    )
  const current =
    isChanging === undefined ? began : beginningOf(changing(form, isChanging), { draft: isChanging.draft_id })
  switch (current.kind) {
    case 'no-verdict':
      return (
        <Screen
          key={current.kind}
          {...head}
          sentence={texts.noVerdict}
          mark="unknown"
          note={texts.noVerdictMore}
          actions={toStatus}
        />
      )
    case 'nothing-fails':
      return (
        <Screen
          key={current.kind}
          {...head}
          sentence={texts.nothingFails}
          mark="good"
          note={texts.nothingFailsMore}
          actions={toStatus}
        />
      )
    case 'passes': {
      const { draft } = current
      return (
        <Screen
          key={current.kind}
          {...head}
          sentence={say(texts.passesNow, { check: names.checks(current.checks) })}
          mark="good"
          note={draft === undefined ? texts.nothingFailsMore : texts.passesNowMore}
          actions={
            <>
              {toStatus}
              {draft !== undefined && <DiscardDraft draftId={draft.draft_id} texts={texts} />}
            </>
          }
        >
          {draft?.refused !== undefined && <PastRefusal past={draft.refused} texts={texts} />}
          {draft?.reason !== undefined && <Words text={draft.reason} />}
        </Screen>
      )
    }
    case 'not-allowed':
      return (
        <Screen key={current.kind} {...head} sentence={closes(current.check)} mark="attention">
          <Banner tone="attention" title={texts.notAllowed}>
            {texts.notAllowedMore}
          </Banner>
          <Remedy check={current.check.id} texts={texts} />
        </Screen>
      )
    case 'choose':
      return (
        <Screen key={current.kind} {...head} sentence={texts.chooseFirst} mark="attention">
          <Rows label={texts.ask.check}>
            {current.checks.map((check) => (
              <RowLink
                key={check.id}
                mark={<StateMark kind={check.outcome === 'unknown' ? 'unknown' : 'refused'} />}
                text={names.check(check.id)}
                note={check.offered ? list(check.resources.map(({ name }) => name)) : texts.notAllowed}
                onPress={() => {
                  choose(check.id)
                  begin(beginningOf(form, { check: check.id }))
                }}
              />
            ))}
          </Rows>
        </Screen>
      )
    case 'form':
      return (
        <RequestForm
          key={current.draft?.draft_id ?? current.check.id}
          form={form}
          check={current.check}
          draft={current.draft}
          texts={texts}
          sentence={closes(current.check)}
          onKept={keep}
        />
      )
    default:
      return null
  }

  function closes(check: ExceptionForm['checks'][number]): string {
    return say(texts.closes, { check: names.check(check.id), resources: list(check.resources.map(({ name }) => name)) })
  }
}

/** The form with a draft that no longer waits to be sent. */
function changing(form: ExceptionForm, draft: Draft): ExceptionForm {
  const others = form.drafts.filter(({ draft_id }) => draft_id !== draft.draft_id)
  return { ...form, drafts: [...others, { ...draft, clicked_at: null }] }
}
