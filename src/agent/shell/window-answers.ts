import type { AnswerRequest } from '#agent/window-api/answer-request.ts'
import type { ShellCore } from './shell-core.ts'

/**
 * The agent's answers to its windows. Where the organisation hides quitting (`HideQuit`), a window cannot quit either,
 * whatever runs in it. The command line still can: whoever types there can end a process of theirs in any case.
 */
export function windowAnswers(core: Pick<ShellCore, 'answers' | 'settings'>): AnswerRequest {
  const answer = core.answers('window')
  return async (name, question) =>
    name === 'app/quit' && core.settings().managed.values.HideQuit
      ? { ok: false, code: 'quit_hidden' }
      : answer(name, question)
}
