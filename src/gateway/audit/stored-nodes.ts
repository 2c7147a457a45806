import type { AuditLogStore } from '#gateway/storage/audit-log-store.ts'
import { hashNode, type ReadNode, type TreeHash } from './merkle-tree.ts'
import { tileHeight } from './tiles.ts'

/**
 * Reads a log's tree from its rows: every eighth level is stored, what lies between is hashed again (at most 128 hashes).
 * A missing row is a bug or a broken database and throws.
 */
export function storedNodes(rows: Pick<AuditLogStore, 'hashes'>, log: number): ReadNode {
  return async (level, index) => {
    const rise = level % tileHeight
    const count = 2 ** rise
    const hashes = await rows.hashes(log, level - rise, index * count, count)
    if (hashes.length !== count) throw new TypeError('a log that lacks hashes')
    return perfectRoot(hashes.map((hash) => Buffer.from(hash, 'base64url')))
  }
}

function perfectRoot(hashes: readonly TreeHash[]): TreeHash {
  let level = hashes
  while (level.length > 1) {
    const above: TreeHash[] = []
    for (let at = 0; at + 1 < level.length; at += 2) {
      const [left, right] = [level[at], level[at + 1]]
      if (left !== undefined && right !== undefined) above.push(hashNode(left, right))
    }
    level = above
  }
  const [root] = level
  if (root === undefined) throw new RangeError('a root over nothing')
  return root
}
