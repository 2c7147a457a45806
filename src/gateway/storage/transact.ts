import type { DatabaseSync } from 'node:sqlite'
import { Failure } from '#domain/failure.ts'
import type { Rows } from './rows.ts'

/** An act touches rows and nothing else: it must not wait for anything but them, since everybody waits for it. */
export type Act<Answer> = (rows: Rows) => Promise<Answer> | Answer

/** Acts that may wait, and acts that share one commit, so that a long queue does not keep readers out for long. */
export type TransactLimits = { readonly waiting: number; readonly together: number }

type Waiting = {
  /** Runs the act and says how its asker is answered once the commit is on disk. */
  readonly run: () => Promise<() => void>
  readonly fail: (cause: unknown) => void
}

/**
 * Runs acts one after another on the one writing connection. Those that wait at the same moment share a BEGIN IMMEDIATE …
 * COMMIT, each in a savepoint of its own, and all are answered, refused ones too, after that commit is on disk.
 * Failure `unavailable`: too many wait, or the commit failed and nothing of the batch was kept.
 */
export function transactions(
  connection: DatabaseSync,
  rows: Rows,
  afterCommit: () => void,
  limits: TransactLimits = { waiting: 10_000, together: 256 },
): {
  transact<Answer>(act: Act<Answer>): Promise<Answer>
  settled(): Promise<void>
  counts(): { readonly acts: number; readonly commits: number }
} {
  const begin = connection.prepare('begin immediate')
  const commit = connection.prepare('commit')
  const savepoint = connection.prepare('savepoint act')
  const release = connection.prepare('release act')
  const rollBack = connection.prepare('rollback to act')
  let queue: Waiting[] = []
  let running: Promise<void> | undefined
  let acts = 0
  let commits = 0

  async function runOne({ run, fail }: Waiting): Promise<() => void> {
    savepoint.run()
    try {
      const answer = await run()
      release.run()
      return answer
    } catch (cause) {
      if (!connection.isTransaction) throw cause // the database gave the whole transaction up: disk full, broken file
      rollBack.run()
      release.run()
      return () => fail(cause)
    }
  }

  async function runBatch(batch: readonly Waiting[]): Promise<void> {
    const answers: (() => void)[] = []
    try {
      begin.run()
      for (const waiting of batch) answers.push(await runOne(waiting))
      commit.run()
    } catch (cause) {
      if (connection.isTransaction) connection.exec('rollback')
      for (const { fail } of batch) fail(new Failure('unavailable', { retry_after: 1 }, { cause }))
      return
    }
    acts += batch.length
    commits += 1
    for (const answer of answers) answer()
    afterCommit()
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, limits.together)
      queue = queue.slice(limits.together)
      await runBatch(batch)
      if (queue.length > 0) await turn() // let requests in between
    }
    running = undefined
  }

  return {
    transact<Answer>(act: Act<Answer>) {
      if (queue.length >= limits.waiting) return Promise.reject(new Failure('unavailable', { retry_after: 1 }))
      return new Promise<Answer>((resolve, reject) => {
        queue.push({
          async run() {
            const answer = await act(rows)
            return () => resolve(answer)
          },
          fail: reject,
        })
        // One turn later: whoever else is served in this one joins the batch.
        running ??= turn().then(drain)
      })
    },
    counts: () => ({ acts, commits }),
    async settled() {
      while (running !== undefined) await running
    },
  }
}

/** Runs reads one after another, each on a snapshot of its own, so that it sees every commit answered before it began. */
export function snapshots(connection: DatabaseSync, rows: Rows): { read<Answer>(act: Act<Answer>): Promise<Answer> } {
  const begin = connection.prepare('begin')
  const commit = connection.prepare('commit')
  const queue: (() => Promise<void>)[] = []
  let running = false

  async function drain(): Promise<void> {
    running = true
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await next()
    running = false
  }

  return {
    read(act) {
      return new Promise((resolve, reject) => {
        queue.push(async () => {
          try {
            begin.run()
            resolve(await act(rows))
          } catch (cause) {
            reject(cause)
          } finally {
            if (connection.isOpen && connection.isTransaction) commit.run()
          }
        })
        if (!running) void drain()
      })
    },
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
