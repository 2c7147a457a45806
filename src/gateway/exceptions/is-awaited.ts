import type { Rows } from '#gateway/storage/rows.ts'
import type { ExceptionPorts } from './ports.ts'
import { readRequest } from './request-file.ts'
import { readerOf } from './voting.ts'

/** Whether a stage of an open request holds this person in its pool, frozen or live: that makes an approver. */
export async function isAwaited(
  ports: Pick<ExceptionPorts, 'resources' | 'directory'>,
  rows: Rows,
  person: string,
): Promise<boolean> {
  const open = [
    ...(await rows.exceptions.inState('pending', 1000)),
    ...(await rows.exceptions.inState('info_needed', 1000)),
  ]
  if (open.length === 0) return false
  const people = await ports.directory(rows)
  for (const { id } of open) {
    const file = await readRequest(rows, id)
    if (file !== undefined && readerOf(ports, file, person, people).inPool) return true
  }
  return false
}
