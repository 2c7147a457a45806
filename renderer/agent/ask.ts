import { useCallback, useEffect, useRef, useState } from 'react'
import type { Answer, Question, RequestName } from '#contract/ipc.ts'
import type { Reply } from '#contract/transport.ts'
import { useAgent } from './agent-context.tsx'

/** A reply that says no, with all it says. */
export type Refusal = Extract<Reply<unknown>, { readonly ok: false }>

/** How a question stands. */
export type Asked<Value> =
  | { readonly kind: 'unasked' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'answered'; readonly value: Value }
  | { readonly kind: 'failed'; readonly refusal: Refusal }

/** A question asked when a person does something: how it stands, and the way to ask. Of several the last one counts. */
export function useAsk<Name extends RequestName>(
  name: Name,
): {
  readonly asked: Asked<Answer<Name>>
  readonly ask: (question: Question<Name>) => Promise<Reply<Answer<Name>>>
  readonly forget: () => void
} {
  const { transport } = useAgent()
  const [asked, setAsked] = useState<Asked<Answer<Name>>>({ kind: 'unasked' })
  const newest = useRef(0)
  const ask = useCallback(
    async (question: Question<Name>) => {
      newest.current += 1
      const mine = newest.current
      setAsked({ kind: 'asking' })
      const reply = await transport.ask(name, question)
      if (newest.current === mine) setAsked(standing(reply))
      return reply
    },
    [transport, name],
  )
  const forget = useCallback(() => {
    newest.current += 1
    setAsked({ kind: 'unasked' })
  }, [])
  return { asked, ask, forget }
}

/**
 * A question asked as soon as it is shown, and again whenever `question` is another, or `again` is called. While it is
 * asked again the last answer stays.
 */
export function useAnswer<Name extends RequestName>(
  name: Name,
  question: Question<Name>,
): { readonly asked: Asked<Answer<Name>>; readonly again: () => void } {
  const { transport } = useAgent()
  const [asked, setAsked] = useState<Asked<Answer<Name>>>({ kind: 'asking' })
  const [round, setRound] = useState(0)
  const key = JSON.stringify(question)
  const latest = useRef(question)
  latest.current = question
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is the question by value, `round` asks once more
  useEffect(() => {
    let isOver = false
    setAsked((before) => (before.kind === 'answered' ? before : { kind: 'asking' }))
    void transport.ask(name, latest.current).then((reply) => {
      if (!isOver) setAsked(standing(reply))
    })
    return () => {
      isOver = true
    }
  }, [transport, name, key, round])
  return { asked, again: useCallback(() => setRound((count) => count + 1), []) }
}

function standing<Value>(reply: Reply<Value>): Asked<Value> {
  return reply.ok ? { kind: 'answered', value: reply.value } : { kind: 'failed', refusal: reply }
}
