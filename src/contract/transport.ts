import type { Answer, Notice, NoticeName, Question, RequestName } from './ipc.ts'

/** Failures are data: a thrown Error keeps only its message on the way. */
export type Reply<Value> =
  | { readonly ok: true; readonly value: Value }
  | {
      readonly ok: false
      readonly code: string
      readonly details?: { readonly [name: string]: unknown }
      readonly logId?: string
    }

/** The one way to use the agent, whatever carries it: Electron's IPC, the command line's socket, a loopback WebSocket. */
export type Transport = {
  ask<Name extends RequestName>(name: Name, question: Question<Name>): Promise<Reply<Answer<Name>>>
  on<Name extends NoticeName>(name: Name, listener: (notice: Notice<Name>) => void): () => void
}
