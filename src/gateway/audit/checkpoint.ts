import type { TreeHash } from './merkle-tree.ts'
import { isSignedBy, type NoteVerifier, parseNote } from './signed-note.ts'

/** What a checkpoint says (C2SP tlog-checkpoint): the log of this origin had this many leaves and this root. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: TreeHash }

/** The text that the log signs: three lines. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`
}

/** Undefined where the text has not the shape of a checkpoint. Extension lines are allowed, as its readers must. */
export function parseCheckpointText(text: string): Checkpoint | undefined {
  if (!text.endsWith('\n')) return undefined
  const [origin, size, root, ...extensions] = text.slice(0, -1).split('\n')
  if (origin === undefined || origin === '' || size === undefined || root === undefined) return undefined
  if (extensions.includes('') || !/^(0|[1-9][0-9]{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)))
    return undefined
  const bytes = Buffer.from(root, 'base64')
  if (bytes.length !== 32 || bytes.toString('base64') !== root) return undefined
  return { origin, size: Number(size), root: bytes }
}

/** The checkpoint of a note that a trusted key signed for this log; undefined for every other. */
export function openCheckpoint(note: string, origin: string, trusted: readonly NoteVerifier[]): Checkpoint | undefined {
  const parsed = parseNote(note)
  if (parsed === undefined) return undefined
  const checkpoint = parseCheckpointText(parsed.text)
  if (checkpoint?.origin !== origin) return undefined
  return isSignedBy(
    parsed,
    trusted.filter(({ name }) => name === origin),
  )
    ? checkpoint
    : undefined
}

/** The text of a bundle's manifest note (audit.md section 14.3): two lines, so that none is ever taken for a checkpoint. */
export function manifestText(logId: string, manifestHash: string): string {
  return `${logId}/bundle\n${manifestHash}\n`
}
