import type { DraftQuestion } from '#contract/agent-exceptions.ts'
import { useAgent } from '../agent-context.tsx'
import type { DraftKeeper, DraftStanding } from '../parts/draft-keeper.ts'
import { useKeeper } from '../parts/use-keeper.ts'

/** Keeps the draft of one form. */
export function useDraft(): { readonly keeper: DraftKeeper<DraftQuestion>; readonly standing: DraftStanding } {
  const { transport } = useAgent()
  return useKeeper((question: DraftQuestion) => transport.ask('draft/save', question))
}
