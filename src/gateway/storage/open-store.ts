import { openDatabase } from './open-database.ts'
import { rowsOf } from './rows.ts'
import { statementsOf } from './statements.ts'
import { type Act, snapshots, type TransactLimits, transactions } from './transact.ts'

/** Everything the gateway keeps. */
export type Store = {
  /** Runs the act in a transaction; answered when it is on disk. What the act throws undoes that act alone. */
  transact<Answer>(act: Act<Answer>): Promise<Answer>
  /** Runs reads on one consistent snapshot of what is committed. Writing there is a bug. */
  read<Answer>(act: Act<Answer>): Promise<Answer>
  /** Called after each commit of this process that added to the outbox; what another process wrote is found by polling. */
  onOutbox(listener: () => void): () => void
  /** Acts recorded since start, and the commits that made them durable. */
  counts(): { readonly acts: number; readonly commits: number }
  /** Waits for the acts that were accepted, then closes. */
  close(): Promise<void>
}

/** Opens `<data>/postern.sqlite`, or `:memory:` for tests. Failures as `openDatabase`. */
export async function openStore(file: string, limits?: TransactLimits): Promise<Store> {
  const { writer, reader } = await openDatabase(file)
  const listeners = new Set<() => void>()
  let outboxGrew = false
  const rows = rowsOf(statementsOf(writer), () => {
    outboxGrew = true
  })
  const afterCommit = () => {
    if (!outboxGrew) return
    outboxGrew = false
    for (const listener of [...listeners]) listener()
  }
  const { transact, settled, counts } = transactions(writer, rows, afterCommit, limits)
  // In memory there is no second connection; a read takes its place among the acts.
  const { read } =
    reader === undefined
      ? { read: transact }
      : snapshots(
          reader,
          rowsOf(statementsOf(reader), () => {}),
        )
  return {
    transact,
    read,
    onOutbox(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    counts,
    async close() {
      await settled()
      reader?.close()
      writer.close()
    },
  }
}
