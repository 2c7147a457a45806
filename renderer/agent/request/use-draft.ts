import { useEffect } from 'react'
import { useAgent } from '../agent-context.tsx'
import type { DraftKeeper, DraftStanding } from '../parts/draft-keeper.ts'
import { useKeeper } from '../parts/use-keeper.ts'
import { useRoomForDrafts, useUnkept } from '../unkept.tsx'
import type { NamedDraft } from './request-input.ts'

/** Keeps the draft of one form; what cannot be saved stays in this window, and is saved once there is room. */
export function useDraft(draftId: string): {
  readonly keeper: DraftKeeper<NamedDraft>
  readonly standing: DraftStanding
} {
  const { transport, store } = useAgent()
  const { unkept } = useUnkept()
  const hasRoom = useRoomForDrafts()
  const { keeper, standing } = useKeeper(async (question: NamedDraft) => {
    const reply = await transport.ask('draft/save', question)
    if (reply.ok) unkept.forget(question.draft_id)
    else if (reply.code !== 'draft_sent') unkept.hold(question, store.view().snapshot?.told_at ?? 0)
    return reply
  })
  useEffect(() => unkept.claim(draftId), [unkept, draftId])
  const isFull = standing.kind === 'failed' && standing.refusal.code === 'drafts_full'
  useEffect(() => {
    if (hasRoom && isFull) keeper.flush()
  }, [hasRoom, isFull, keeper])
  return { keeper, standing }
}
