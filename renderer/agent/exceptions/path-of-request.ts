import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { ExceptionsTexts } from '#contract/texts/windows/exceptions-texts.ts'
import { isLive, isOpen } from '#domain/exceptions/states.ts'
import type { PathStep } from '../../ui/path-line.tsx'
import type { Speech } from '../texts.tsx'
import { madeAt } from './made-at.ts'

type Words = Pick<Speech, 'say' | 'moment'>
type State = PathStep['state']

/** Asked, confirmed, approvals, active, ended: where on that way it stands, or where it stopped. */
export function pathOfRequest(request: ShownRequest, texts: ExceptionsTexts, words: Words): readonly PathStep[] {
  const { path } = texts
  const { state, grant, votes, request_id } = request
  const reached = reachedBy(request)
  const at = (step: number): State => {
    if (step === 3 && grant?.state === 'unclaimed') return 'next'
    if (step < reached.step) return 'done'
    return step > reached.step ? 'next' : reached.state
  }
  const asked = madeAt(request_id)
  const count =
    votes === null || votes.need === 0 ? undefined : words.say(path.count, { have: votes.have, need: votes.need })
  const stopped = isOpen(state) || state === 'approved' ? undefined : words.say(texts.short[state], {})
  const noteAt = (step: number, note: string | undefined) =>
    reached.step === step && reached.state === 'stopped' ? stopped : note
  return [
    {
      id: 'asked',
      label: path.asked,
      state: at(0),
      note: noteAt(0, asked === undefined ? undefined : words.moment(asked)),
    },
    {
      id: 'confirmed',
      label: at(1) === 'done' ? path.confirmed : path.confirm,
      state: at(1),
      note: noteAt(1, undefined),
    },
    {
      id: 'approvals',
      label: at(2) === 'done' ? path.approved : path.approvals,
      state: at(2),
      note: noteAt(
        2,
        state === 'approved' && !request.proven ? path.unproven : state === 'info_needed' ? path.question : count,
      ),
    },
    { id: 'open', label: path.open, state: at(3), note: openNote(grant, path, words, reached.step) },
    { id: 'ended', label: path.ended, state: at(4), note: endNote(grant, words) },
  ]
}

/** The step it stands at, counted from 0, and whether it goes on from there. */
function reachedBy({ state, proven, grant, votes }: ShownRequest): { readonly step: number; readonly state: State } {
  switch (state) {
    case 'step_up_required':
      return { step: 1, state: 'now' }
    case 'pending':
    case 'info_needed':
      return { step: 2, state: 'now' }
    case 'refused':
      return { step: 0, state: 'stopped' }
    case 'withdrawn':
    case 'lapsed':
    case 'stale':
      // Nothing tells how far it was; votes are only counted once it was confirmed.
      return { step: votes === null ? 1 : 2, state: 'stopped' }
    case 'denied':
      return { step: 2, state: 'stopped' }
    case 'approved':
      if (!proven) return { step: 2, state: 'now' }
      if (grant === null || isLive(grant.state)) return { step: 3, state: 'now' }
      return { step: 4, state: 'done' }
  }
}

function openNote(
  grant: ShownRequest['grant'],
  path: ExceptionsTexts['path'],
  { say, moment }: Words,
  step: number,
): string | undefined {
  if (step < 3) return undefined
  if (grant === null) return path.recording
  if (grant.state === 'suspended') return path.hold
  if (grant.state === 'active')
    return grant.not_after === null ? undefined : say(path.until, { time: moment(grant.not_after) })
  return grant.not_before === null ? undefined : say(path.from, { time: moment(grant.not_before) })
}

function endNote(grant: ShownRequest['grant'], { moment }: Words): string | undefined {
  return grant === null || isLive(grant.state) || grant.ended_at === null ? undefined : moment(grant.ended_at)
}
