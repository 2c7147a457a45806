import { Failure } from '#domain/failure.ts'
import type { StateFile } from '#runtime/state-file.ts'
import { type Checkpoint, checkpointText, manifestText } from './checkpoint.ts'
import { equal, isConsistent, type TreeHash } from './merkle-tree.ts'
import { type NoteSigner, signNote } from './signed-note.ts'

/** `<data>/log-signer.json`: what was signed last, kept outside the database. `root` is base64url. */
export type SignerState = { readonly log_id: string; readonly size: number; readonly root: string }

export type LogSigner = {
  /** Size and root signed last, 0 and the empty root before the first. */
  last(): Promise<{ readonly size: number; readonly root: TreeHash } | undefined>
  /**
   * Signs a tree that has grown from the one signed last, remembers it, then answers the note. Failure `log_locked`: it is
   * smaller, or not a continuation; nothing was signed and nothing remembered.
   */
  signCheckpoint(tree: Omit<Checkpoint, 'origin'>, consistency: readonly TreeHash[]): Promise<string>
  /** The note beside a bundle's manifest; `manifestHash` is the `hash` of the file. */
  signManifest(manifestHash: string): string
}

/**
 * Signs for one log. It composes both texts itself and never signs one that it is given (audit.md section 3).
 * `isNew`: no checkpoint of this log exists, so that a missing state file is no sign of a rollback.
 */
export function createSigner(
  key: NoteSigner,
  state: Pick<StateFile<SignerState>, 'read' | 'write'>,
  isNew: boolean,
): LogSigner {
  const origin = key.name
  async function readLast() {
    const known = await state.read()
    if (known === undefined || known.log_id !== origin) return undefined
    return { size: known.size, root: Buffer.from(known.root, 'base64url') }
  }
  let mayBegin = isNew
  return {
    last: readLast,
    async signCheckpoint({ size, root }, consistency) {
      const last = await readLast()
      if (last === undefined) {
        if (!mayBegin || consistency.length > 0) throw new Failure('log_locked', {})
      } else if (!isConsistent(last.size, size, last.root, root, consistency)) throw new Failure('log_locked', {})
      const note = signNote(checkpointText({ origin, size, root }), key)
      if (last === undefined || last.size !== size || !equal(last.root, root))
        await state.write({ log_id: origin, size, root: Buffer.from(root).toString('base64url') })
      mayBegin = false
      return note
    },
    signManifest: (manifestHash) => signNote(manifestText(origin, manifestHash), key),
  }
}
