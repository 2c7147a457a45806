import type { RequestTracker } from '#agent/exceptions/request-tracker.ts'
import type { SentLedger } from '#agent/privacy/sent-ledger.ts'
import { type HistoryItem, historyKinds } from '#contract/agent-exceptions.ts'
import { type HistoryMemory, historyMemory } from '#contract/agent-state-files.ts'
import { type HistoryEvent, historyEvent, type SentHead } from '#contract/agent-windows.ts'
import type { PostureResultClaims } from '#contract/gateway-messages.ts'
import type { Answer, Question } from '#contract/ipc.ts'
import { isFailure } from '#domain/failure.ts'
import { openJournal } from '#runtime/journal.ts'
import type { Log } from '#runtime/log.ts'
import { randomId } from '#runtime/random-id.ts'
import { stateFile } from '#runtime/state-file.ts'

export type HistoryPorts = {
  /** `history/`. */
  readonly folder: string
  readonly tracker: Pick<RequestTracker, 'past'>
  readonly ledger: Pick<SentLedger, 'all'>
  /** Unix seconds of the gateway. */
  readonly nowSeconds: () => number
  readonly log: Log
}

type Told<Kind extends HistoryEvent['kind']> = Omit<
  Extract<HistoryEvent, { readonly kind: Kind }>,
  'kind' | 'id' | 'at'
>

/** What happened on this device, for the person who looks back. Nothing here is ever in the way: a full disk costs a line. */
export type HistoryDesk = {
  /** A verdict came: what is judged otherwise than before is written down. */
  judged(result: PostureResultClaims): void
  enrollment(told: Told<'enrollment'>): void
  /** The key store was looked at; only a change is written down. */
  key(told: Told<'key'>): void
  /** The program that runs; another one than last time is an update. */
  runs(version: string): void
  page(question: Question<'history/page'>): Promise<Answer<'history/page'>>
  settled(): Promise<void>
  /** Resolves when what was told is written; what is told afterwards is not. */
  close(): Promise<void>
}

const usualPage = 20
const keptSeconds = 30 * 86_400
const keptBytes = 1_000_000
/** Previews of one form are made while it is filled in: they stand as one row. */
const sameFormSeconds = 1800

export function historyDesk(ports: HistoryPorts): HistoryDesk {
  const { log, nowSeconds } = ports
  const journal = openJournal<HistoryEvent>({
    folder: `${ports.folder}/events`,
    schema: historyEvent,
    maxBytes: keptBytes,
    maxAgeSeconds: keptSeconds,
    timeOf: ({ at }) => at,
    log,
  })
  const memory = stateFile(`${ports.folder}/last.json`, 1, historyMemory)
  let writing: Promise<void> = Promise.resolve()
  let isClosed = false

  /** A memory that cannot be read is begun anew: then a change may be told twice, and none is ever lost after it. */
  async function lastKnown(): Promise<HistoryMemory | undefined> {
    try {
      return await memory.read()
    } catch (thrown) {
      if (!isFailure(thrown, 'state_unreadable')) throw thrown
      log.warn('history.memory-unread', { code: thrown.code })
      return undefined
    }
  }

  /** One after another; what cannot be written is lost, and the log says so. */
  function remember(
    act: (last: HistoryMemory) => { readonly event?: HistoryEvent; readonly last: HistoryMemory } | undefined,
  ): void {
    if (isClosed) return
    writing = writing.then(async () => {
      try {
        const next = act((await lastKnown()) ?? nothingYet)
        if (next === undefined) return
        if (next.event !== undefined) await journal.append(next.event)
        await memory.write(next.last)
      } catch (thrown) {
        log.warn('history.unwritten', isFailure(thrown) ? { code: thrown.code } : { err: thrown })
      }
    })
  }
  async function settled(): Promise<void> {
    await writing
    await journal.settled()
  }
  const stamp = () => ({ id: randomId(), at: nowSeconds() })

  return {
    judged(result) {
      remember((last) => {
        const outcomes = Object.fromEntries(result.checks.map(({ check, outcome }) => [check, outcome]))
        const changes = changesBetween(last.outcomes, result)
        if (changes.length === 0) return undefined
        return { event: { kind: 'verdict', ...stamp(), changes }, last: { ...last, outcomes } }
      })
    },
    enrollment(told) {
      remember((last) => ({ event: { kind: 'enrollment', ...stamp(), ...told }, last }))
    },
    key(told) {
      remember((last) => {
        const key = `${told.event}/${told.back_end ?? ''}`
        if (last.key === key) return undefined
        // A device that never had a key has nothing to tell before it gets one.
        const isFirst = last.key === null && told.event !== 'ok' && told.event !== 'file'
        const event: HistoryEvent = { kind: 'key', ...stamp(), ...told }
        return { ...(isFirst ? {} : { event }), last: { ...last, key } }
      })
    },
    runs(version) {
      remember((last) => {
        if (last.program === version) return undefined
        const { program: from } = last
        const event = from === null ? {} : { event: { kind: 'update' as const, ...stamp(), from, to: version } }
        return { ...event, last: { ...last, program: version } }
      })
    },
    async page({ before, count = usualPage, kinds = historyKinds }) {
      const isAsked = (kind: string) => kinds.some((asked) => asked === kind)
      const events = (await journal.read()).filter(({ kind }) => isAsked(kind))
      const sent = isAsked('sent') ? rowsOf(await ports.ledger.all()) : []
      const requests = isAsked('exception') ? ports.tracker.past() : []
      const all = [...events, ...sent, ...requests]
        .map((item) => ({ item, place: placeOf(item) }))
        .toSorted((one, other) => (one.place < other.place ? 1 : -1))
        .filter(({ place }) => before === undefined || place < before)
      const page = all.slice(0, count)
      return {
        items: page.map(({ item }) => item),
        older: all.length > count ? (page.at(-1)?.place ?? null) : null,
      }
    },
    settled,
    close() {
      isClosed = true
      return settled()
    },
  }
}

const nothingYet: HistoryMemory = { outcomes: {}, key: null, program: null }

function changesBetween(
  before: HistoryMemory['outcomes'],
  { checks }: PostureResultClaims,
): Extract<HistoryEvent, { readonly kind: 'verdict' }>['changes'] {
  const changed = checks
    .filter(({ check, outcome }) => before[check] !== outcome)
    .map(({ check, outcome, observed, required }) => ({
      check,
      from: before[check] ?? null,
      to: outcome,
      ...(observed === undefined ? {} : { observed }),
      ...(required === undefined ? {} : { required }),
    }))
  const judged = new Set(checks.map(({ check }) => check))
  const gone = Object.entries(before)
    .filter(([check]) => !judged.has(check))
    .map(([check, from]) => ({ check, from, to: null }))
  return [...changed, ...gone].slice(0, 200)
}

/**
 * Messages as rows: proofs of possession belong to a connection, previews of one form to each other. A form is counted
 * from its first preview on, so that a later message never changes the rows below it, which a window may have read.
 */
function rowsOf(heads: readonly SentHead[]): readonly HistoryItem[] {
  const rows: { kind: 'sent'; at: number; times: number; message: SentHead }[] = []
  let formBegan = Number.NEGATIVE_INFINITY
  for (const message of heads.toReversed()) {
    if (message.typ === 'dpop+jwt') continue
    const before = rows.at(-1)
    const isPreview = message.typ === 'exception-preview+jwt'
    if (isPreview && before?.message.typ === message.typ && message.at - formBegan < sameFormSeconds) {
      rows.splice(-1, 1, { kind: 'sent', at: message.at, times: before.times + 1, message })
      continue
    }
    if (isPreview) formBegan = message.at
    rows.push({ kind: 'sent', at: message.at, times: 1, message })
  }
  return rows
}

/** Where a row stands in time; the same second is settled by its id, so that pages neither repeat nor lose a row. */
function placeOf(item: HistoryItem): string {
  const id = item.kind === 'exception' ? item.request.request_id : item.kind === 'sent' ? item.message.id : item.id
  return `${String(item.at).padStart(12, '0')}.${id}`
}
