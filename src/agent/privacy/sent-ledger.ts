import { type LedgerLine, ledgerLine, type SentRecord, sentRecord } from '#contract/agent-state-files.ts'
import type { SentHead, SentWhole } from '#contract/agent-windows.ts'
import { type MessageTyp, messageTypes } from '#contract/message-types.ts'
import { openJournal } from '#runtime/journal.ts'
import type { Log } from '#runtime/log.ts'
import { randomId } from '#runtime/random-id.ts'
import { type StateFile, stateFile } from '#runtime/state-file.ts'

export type SentEntry = SentRecord & { readonly typ: string }

/** A message that is about to be sent: `jws` exactly as it will be, `reason` why it was made. */
export type Sending = {
  readonly typ: MessageTyp
  readonly jws: string
  readonly at: number
  readonly receiver: string
  readonly reason?: string
}

/** What came of it. Never told: nobody knows whether it arrived. */
export type SentAnswer = { readonly outcome: 'accepted' } | { readonly outcome: 'refused'; readonly code: string }

/** Every message that left this machine, byte for byte, on disk before it is sent; thirty days or 10 MB of them. */
export type SentLedger = {
  /** Resolves when the message is written and synced. What it gives back takes the answer. */
  record(sending: Sending): Promise<(answer: SentAnswer) => void>
  /** The last payload of each type. */
  latest(): readonly SentEntry[]
  /** All that is kept, newest first. */
  all(): Promise<readonly SentHead[]>
  find(id: string): Promise<Omit<SentWhole, 'sha256'> | undefined>
  onChange(listener: () => void): () => void
  settled(): Promise<void>
}

const version = 1
const keptSeconds = 30 * 86_400
const keptBytes = 10_000_000

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

/** Opens `sent-ledger/`: the last payloads are read, the rest when asked for. A file that cannot be read throws. */
export async function openSentLedger(folder: string, log: Log): Promise<SentLedger> {
  const files = new Map<MessageTyp, StateFile<SentRecord>>()
  const entries = new Map<MessageTyp, SentEntry>()
  const listeners = new Set<() => void>()
  const journal = openJournal<LedgerLine>({
    folder: `${folder}/log`,
    schema: ledgerLine,
    maxBytes: keptBytes,
    maxAgeSeconds: keptSeconds,
    timeOf: ({ at }) => at,
    log,
  })
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
  const tell = () => {
    for (const listener of [...listeners]) listener()
  }

  return {
    async record({ typ, jws, at, receiver, reason }) {
      const id = randomId()
      const payload = segmentOf(jws, 1)
      if (payload === undefined || !Object.hasOwn(messageTypes, typ)) throw new Error('not a compact JWS')
      const written = writing.then(async () => {
        await journal.append({ line: 'sent', id, typ, at, receiver, reason: reason ?? null, jws })
        await fileOf(typ).write({ at, payload })
        entries.set(typ, { typ, at, payload })
        tell()
      })
      writing = written.catch(() => undefined) // whoever sends is told; the next write stands for itself
      await written
      return (answer) => {
        const code = answer.outcome === 'refused' ? answer.code : null
        journal.append({ line: 'answer', id, at, outcome: answer.outcome, code }).then(tell, (thrown: unknown) => {
          log.warn('ledger.answer-unwritten', { err: thrown }) // it then shows as not confirmed
        })
      }
    },
    latest: () => [...entries.values()].sort((one, other) => (one.typ < other.typ ? -1 : 1)),
    async all() {
      const lines = await journal.read()
      const answers = answersOf(lines)
      return lines.flatMap((line) => (line.line === 'sent' ? [headOf(line, answers)] : [])).reverse()
    },
    async find(id) {
      const lines = await journal.read()
      const line = lines.find((each) => each.line === 'sent' && each.id === id)
      if (line?.line !== 'sent') return undefined
      const { jws } = line
      return {
        ...headOf(line, answersOf(lines)),
        jws,
        header: segmentOf(jws, 0) ?? '',
        payload: segmentOf(jws, 1) ?? '',
      }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async settled() {
      await writing
      await journal.settled()
    },
  }
}

type Answers = ReadonlyMap<string, Extract<LedgerLine, { readonly line: 'answer' }>>

function answersOf(lines: readonly LedgerLine[]): Answers {
  return new Map(lines.flatMap((line) => (line.line === 'answer' ? [[line.id, line]] : [])))
}

function headOf(line: Extract<LedgerLine, { readonly line: 'sent' }>, answers: Answers): SentHead {
  const { id, typ, at, receiver, reason, jws } = line
  const answer = answers.get(id)
  return {
    id,
    typ,
    at,
    bytes: jws.length,
    receiver,
    reason,
    outcome: answer?.outcome ?? 'unconfirmed',
    code: answer?.code ?? null,
  }
}

/** A segment as the gateway will decode it: its bytes, as text. */
function segmentOf(jws: string, at: 0 | 1): string | undefined {
  const segment = jws.split('.')[at]
  if (segment === undefined) return undefined
  const bytes = Uint8Array.from(atob(segment.replaceAll('-', '+').replaceAll('_', '/')), (byte) => byte.charCodeAt(0))
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}
