import { parseStrictJson } from '#contract/strict-json.ts'

/**
 * What goes over the command line's endpoint: one JSON object a line. A client asks (`ask`) or wants to be told (`on`);
 * the agent answers by the same `id`, and tells by the name of the notice.
 */
export type ControlQuestion =
  | { readonly id: number; readonly ask: string; readonly question?: unknown }
  | { readonly id: number; readonly on: string }

/** A question of 64 KiB and an answer of 1 MiB, with their envelopes. */
export const maxQuestionLine = 65_536 + 256
export const maxAnswerLine = 1_048_576 + 1024

/** What a client said, in the form agreed on and with no member more; undefined for everything else. */
export function readFrame(line: string): ControlQuestion | undefined {
  let frame: unknown
  try {
    frame = parseStrictJson(line, { maxLength: maxQuestionLine, maxDepth: 10 })
  } catch {
    return undefined // not strict JSON
  }
  if (typeof frame !== 'object' || frame === null || !('id' in frame) || !isId(frame.id)) return undefined
  const members = Object.keys(frame).sort().join()
  if ('ask' in frame && typeof frame.ask === 'string' && (members === 'ask,id' || members === 'ask,id,question'))
    return { id: frame.id, ask: frame.ask, question: 'question' in frame ? frame.question : undefined }
  if ('on' in frame && typeof frame.on === 'string' && members === 'id,on') return { id: frame.id, on: frame.on }
  return undefined
}

/** A line as an object; undefined for everything else. */
export function readObject(line: string): { readonly [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    return undefined // not JSON
  }
  return undefined
}

export function isId(id: unknown): id is number {
  return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0
}
