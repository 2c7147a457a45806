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
