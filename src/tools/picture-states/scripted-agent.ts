import { type AnswerRequest, answerRequest } from '#agent/window-api/answer-request.ts'
import type { Language } from '#contract/agent-windows.ts'
import type { Notice, NoticeName, RequestHandlers, Snapshot } from '#contract/ipc.ts'
import { Failure } from '#domain/failure.ts'
import type { Log } from '#runtime/log.ts'
import type { PictureState } from './picture-state.ts'
import { gives } from './picture-state.ts'

/** An agent that says what a picture needs, and checks it as the real one does. */
export type ScriptedAgent = {
  readonly answer: AnswerRequest
  readonly onNotice: (name: NoticeName, listener: (notice: Notice<NoticeName>) => void) => () => void
  /** Everything that it answered, in order. */
  readonly said: readonly unknown[]
  /** How many questions it was asked. */
  readonly asked: () => number
  /** How many of them it answered: some pictures show a wait. */
  readonly answered: () => number
  /** Told to whoever listens. */
  readonly tell: (name: NoticeName, notice: Notice<NoticeName>) => void
}

/**
 * Answers from a picture's state, through the production checks of questions and answers. `log` hears of an answer that its schema refuses.
 */
export function scriptedAgent(state: PictureState, language: Language, log: Log): ScriptedAgent {
  const snapshot = { ...state.snapshot, language }
  const route = gives({ route: state.route })
  const handlers: RequestHandlers = { ...usualAnswers(snapshot), 'route/take': route, ...inLanguage(state, language) }
  // A picture stands still: how often it asks in one second of ours says nothing.
  let nowMs = 0
  const clock = {
    nowMs: () => {
      nowMs += 1000
      return nowMs
    },
  }
  const listeners = new Map<NoticeName, Set<(notice: Notice<NoticeName>) => void>>()
  const answer = answerRequest('window', handlers, { clock, log })
  const said: unknown[] = [state.route]
  let asked = 0
  return {
    async answer(name, question) {
      asked += 1
      const reply = await answer(name, question)
      said.push(reply)
      return reply
    },
    said,
    asked: () => asked,
    answered: () => said.length - 1, // before any question it says where to begin
    onNotice(name, listener) {
      const known = listeners.get(name) ?? new Set()
      listeners.set(name, known.add(listener))
      return () => known.delete(listener)
    },
    tell(name, notice) {
      for (const listener of listeners.get(name) ?? []) listener(notice)
    },
  }
}

/** Answers that carry the whole state say the language of the picture too. */
function inLanguage({ answers = {} }: PictureState, language: Language): Partial<RequestHandlers> {
  const { 'enrollment/confirm': confirm, 'settings/read': settings, ...rest } = answers
  return {
    ...rest,
    ...(confirm === undefined
      ? {}
      : { 'enrollment/confirm': async (question) => ({ ...(await confirm(question)), language }) }),
    ...(settings === undefined ? {} : { 'settings/read': async () => ({ ...(await settings()), language }) }),
  }
}

/** What every picture answers, so that no request is left without. */
function usualAnswers(snapshot: Snapshot): RequestHandlers {
  const state = gives(snapshot)
  const done = gives(undefined)
  const notHere = () => Promise.reject(new Failure('not_here', {}))
  const notFound = () => Promise.reject(new Failure('not_found', {}))
  return {
    'agent/snapshot': state,
    'route/take': gives({ route: null }),
    'posture/check-now': state,
    'enrollment/preview': notHere,
    'enrollment/confirm': state,
    'enrollment/cancel': done,
    'privacy/catalogue': notHere,
    'privacy/sent': gives({ items: [], older: null, waiting: [] }),
    'privacy/payload': notFound,
    'privacy/save': gives({ path: null }),
    'privacy/accept-fields': state,
    'key/try-again': state,
    'exception/form': notHere,
    'exception/preview': notHere,
    'exception/submit': notHere,
    'exception/show': notFound,
    'exception/withdraw': notFound,
    'exception/surrender': notFound,
    'exception/reply': notFound,
    'exception/open-step-up': done,
    'reply/keep': gives({ saved_at: snapshot.told_at }),
    'reply/kept': gives({ text: '' }),
    'draft/save': async (draft) => ({
      draft_id: 'T0dW9xQ7mTzB1nLc5hYw8Q',
      ...draft,
      saved_at: snapshot.told_at,
      clicked_at: null,
    }),
    'draft/discard': done,
    'history/page': gives({ items: [], older: null }),
    'reminder/snooze': state,
    'settings/read': notHere,
    'settings/change': notHere,
    'settings-link/open': done,
    'diagnostics/preview': notHere,
    'diagnostics/save': gives({ path: null }),
    'clipboard/copy': done,
    'app/quit': done,
  }
}
