import { type SentRecord, sentRecord } from '#contract/agent-state-files.ts'
import { type MessageTyp, messageTypes } from '#contract/message-types.ts'
import { type StateFile, stateFile } from '#runtime/state-file.ts'

export type SentEntry = SentRecord & { readonly typ: string }

/** The last payload of each message type, byte for byte, on disk before it is sent. */
export type SentLedger = {
  /** Resolves when the payload is written and synced. `jws` is the compact message that will be sent. */
  record(typ: MessageTyp, jws: string, at: number): Promise<void>
  /** By type. */
  latest(): readonly SentEntry[]
  onChange(listener: () => void): () => void
}

const version = 1

/** What a device signs and sends. */
const sentTypes = [
  'dpop+jwt',
  'eat+jwt',
  'enroll+jwt',
  'exception-action+jwt',
  'exception-preview+jwt',
  'exception-request+jwt',
  'handoff+jwt',
  'rotate+jwt',
  'unenroll+jwt',
] as const satisfies readonly MessageTyp[]

/** Opens `sent-ledger/` and reads what is in it. One file that cannot be read throws: what was sent must be showable. */
export async function openSentLedger(folder: string): Promise<SentLedger> {
  const files = new Map<MessageTyp, StateFile<SentRecord>>()
  const entries = new Map<MessageTyp, SentEntry>()
  const listeners = new Set<() => void>()
  const fileOf = (typ: MessageTyp): StateFile<SentRecord> => {
    const file = files.get(typ) ?? stateFile(`${folder}/${typ}.json`, version, sentRecord)
    files.set(typ, file)
    return file
  }

  for (const typ of sentTypes) {
    const found = await fileOf(typ).read()
    if (found !== undefined) entries.set(typ, { typ, ...found })
  }
  let writing = Promise.resolve()

  return {
    record(typ, jws, at) {
      const written = writing.then(async () => {
        const payload = payloadOf(typ, jws)
        await fileOf(typ).write({ at, payload })
        entries.set(typ, { typ, at, payload })
        for (const listener of [...listeners]) listener()
      })
      writing = written.catch(() => undefined) // whoever sends is told; the next write stands for itself
      return written
    },
    latest: () => [...entries.values()].sort((one, other) => (one.typ < other.typ ? -1 : 1)),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The payload as the gateway will decode it: the second segment's bytes, as text. */
function payloadOf(typ: MessageTyp, jws: string): string {
  const segment = jws.split('.')[1]
  if (segment === undefined || !Object.hasOwn(messageTypes, typ)) throw new Error('not a compact JWS')
  const bytes = Uint8Array.from(atob(segment.replaceAll('-', '+').replaceAll('_', '/')), (byte) => byte.charCodeAt(0))
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}
