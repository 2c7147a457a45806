import type { Json } from '#domain/canonical-json.ts'
import type { FeedEvent } from '#gateway/storage/feed-store.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { auditTopicFeed, auditTopicName } from './audit-topic.ts'
import type { LogState } from './log-state.ts'

const headEveryMs = 1000

type Ports = {
  readonly state: () => Promise<LogState>
  /** Whether this person reads the log: as administrator or auditor. */
  readonly mayRead: (person: string) => Promise<boolean>
}

/** Topic `admin.audit` (console-api.md section 8): how far the log is signed, and that it is locked. */
export function adminAuditTopic({ state, mayRead }: Ports) {
  return {
    feed: auditTopicFeed,
    mayRead,
    async snapshot(): Promise<Json> {
      const now = await state()
      return { head: headOf(now), ...(now.locked === undefined ? {} : { locked: now.locked }) }
    },
    async show({ kind, data }: Pick<FeedEvent, 'kind' | 'data'>, person: string): Promise<Json | undefined> {
      if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined
      return (await mayRead(person)) ? { ...data, kind } : undefined
    },
  }
}

/** Tells of a checkpoint, at most once a second: of several the last. */
export function createHeadTeller(ports: {
  readonly store: Pick<Store, 'transact'>
  readonly clock: Clock
  readonly log: Log
  readonly state: () => Promise<LogState>
}): { readonly changed: () => void; readonly stop: () => Promise<void> } {
  let cancel: (() => void) | undefined
  let telling: Promise<void> = Promise.resolve()
  let stopped = false
  const tell = async () => {
    const head = headOf(await ports.state())
    const event = { topic: auditTopicName, subject: auditTopicFeed, kind: 'head', at: head.signed_at, data: head }
    await ports.store.transact((rows) => rows.feeds.append(event))
  }
  return {
    changed() {
      if (stopped) return
      cancel ??= ports.clock.setTimer(headEveryMs, () => {
        cancel = undefined
        telling = tell().catch((err: unknown) => ports.log.error('log.telling-failed', { err })) // the next one tells more
      })
    },
    async stop() {
      stopped = true
      cancel?.()
      await telling
    },
  }
}

function headOf({ size, root, signedAt }: LogState) {
  return { size, root, signed_at: signedAt } as const
}
