import { type AuditEventRow, toEvent } from './audit-store.ts'
import type { Statements } from './statements.ts'
import type { Tables } from './tables.ts'

/** A log and how far it has come. There is more than one only after `new-log` (audit.md section 5). */
export type LogRecord = {
  /** From 1. */
  readonly number: number
  /** Its origin: the prefix without scheme. */
  readonly logId: string
  /** The last checkpoint of the log before, for the body of `log-started`. */
  readonly previous: string | null
  readonly size: number
  /** The last row of `audit_events` that was looked at. */
  readonly cursor: number
  readonly lastTime: number
  readonly lastHash: string | null
}

export type LeafRecord = {
  readonly log: number
  readonly index: number
  readonly eventId: number
  /** base64url. */
  readonly hash: string
  /** The exact text that was hashed. */
  readonly leaf: string
}

export type CheckpointRecord = {
  readonly log: number
  readonly size: number
  /** Rows of `audit_events` up to here are covered. */
  readonly cursor: number
  readonly note: string
}

/** By what leaves are looked for; `party` compares with actor and object, `all` with nothing. */
export const leafKeys = ['all', 'type', 'party', 'request', 'grant'] as const
export type LeafKey = (typeof leafKeys)[number]

export type LeafSearch = {
  readonly log: number
  readonly by: LeafKey
  readonly value: string
  /** From here (included) to there. */
  readonly from: number
  readonly below: number
  readonly order: 'rising' | 'falling'
  readonly limit: number
}

export type AuditLogStore = {
  /** The log that is written to: the newest. */
  current(): Promise<LogRecord | undefined>
  list(): Promise<readonly LogRecord[]>
  open(log: Pick<LogRecord, 'number' | 'logId' | 'previous' | 'cursor' | 'lastTime'>): Promise<void>
  advance(log: LogRecord): Promise<void>
  appendLeaf(leaf: LeafRecord): Promise<void>
  /** Leaves from `from`, at most `limit`, with the events they tell of. */
  leaves(log: number, from: number, limit: number): Promise<readonly (LeafRecord & { readonly event: AuditEventRow })[]>
  /** The same without their events. */
  leafTexts(log: number, from: number, limit: number): Promise<readonly LeafRecord[]>
  /** Leaves of one type below a place, from `from` on. */
  leavesOfType(
    log: number,
    type: string,
    from: number,
    below: number,
    limit: number,
  ): Promise<readonly (LeafRecord & { readonly event: AuditEventRow })[]>
  /** Leaves under one key, by index. */
  search(search: LeafSearch): Promise<readonly (LeafRecord & { readonly event: AuditEventRow })[]>
  /** The newest leaf of an event. */
  leafOf(eventId: number): Promise<LeafRecord | undefined>
  /** Hashes of a level that is a multiple of eight, from a place on: leaves at level 0. */
  hashes(log: number, level: number, from: number, count: number): Promise<readonly string[]>
  putNode(log: number, level: number, index: number, hash: string): Promise<void>
  appendCheckpoint(checkpoint: CheckpointRecord): Promise<void>
  latestCheckpoint(log: number): Promise<CheckpointRecord | undefined>
  /** The largest at or below a size, the smallest at or above it. */
  checkpointAtMost(log: number, size: number): Promise<CheckpointRecord | undefined>
  checkpointAtLeast(log: number, size: number): Promise<CheckpointRecord | undefined>
  /** Checkpoints of more than `above` leaves, sizes rising. */
  checkpoints(log: number, above: number, limit: number): Promise<readonly CheckpointRecord[]>
}

export function auditLogStore(statements: Statements): AuditLogStore {
  const logs = statements.prepare((tables) => tables.selectFrom('audit_logs').selectAll().orderBy('number', 'desc'))
  const putLog = statements.insert('audit_logs', logColumns, { replaceBy: ['number'] })
  const openLog = statements.insert('audit_logs', logColumns)
  const addLeaf = statements.insert('audit_leaves', ['log', 'position', 'event_id', 'hash', 'leaf'])
  const leaves = statements.prepare((tables) =>
    tables
      .selectFrom('audit_leaves')
      .innerJoin('audit_events', 'audit_events.id', 'audit_leaves.event_id')
      .selectAll()
      .where('log', '=', 0)
      .where('position', '>=', 0)
      .orderBy('position')
      .limit(0),
  )
  const leafTexts = statements.prepare((tables) =>
    tables
      .selectFrom('audit_leaves')
      .selectAll()
      .where('log', '=', 0)
      .where('position', '>=', 0)
      .orderBy('position')
      .limit(0),
  )
  const leavesOfType = statements.prepare((tables) =>
    tables
      .selectFrom('audit_leaves')
      .innerJoin('audit_events', 'audit_events.id', 'audit_leaves.event_id')
      .selectAll()
      .where('type', '=', '')
      .where('log', '=', 0)
      .where('position', '>=', 0)
      .where('position', '<', 0)
      .orderBy('position')
      .limit(0),
  )
  const searches = leafKeys.flatMap((by) =>
    orders.map((order) => [`${by} ${order}`, searchOf(statements, by, order)] as const),
  )
  const searchBy = new Map(searches)
  const leafOf = statements.prepare((tables) =>
    tables.selectFrom('audit_leaves').selectAll().where('event_id', '=', 0).orderBy('log', 'desc').limit(0),
  )
  const leafHashes = statements.prepare((tables) =>
    tables
      .selectFrom('audit_leaves')
      .select('hash')
      .where('log', '=', 0)
      .where('position', '>=', 0)
      .orderBy('position')
      .limit(0),
  )
  const nodeHashes = statements.prepare((tables) =>
    tables
      .selectFrom('audit_nodes')
      .select('hash')
      .where('log', '=', 0)
      .where('level', '=', 0)
      .where('position', '>=', 0)
      .orderBy('position')
      .limit(0),
  )
  const putNode = statements.insert('audit_nodes', ['log', 'level', 'position', 'hash'], 'ignore')
  const addCheckpoint = statements.insert('audit_checkpoints', ['log', 'size', 'cursor', 'note'], 'ignore')
  const atMost = statements.prepare((tables) =>
    tables
      .selectFrom('audit_checkpoints')
      .selectAll()
      .where('log', '=', 0)
      .where('size', '<=', 0)
      .orderBy('size', 'desc')
      .limit(0),
  )
  const atLeast = statements.prepare((tables) =>
    tables
      .selectFrom('audit_checkpoints')
      .selectAll()
      .where('log', '=', 0)
      .where('size', '>=', 0)
      .orderBy('size')
      .limit(0),
  )
  const place = (row: { log: number; position: number; event_id: number; hash: string; leaf: string }): LeafRecord => ({
    log: row.log,
    index: row.position,
    eventId: row.event_id,
    hash: row.hash,
    leaf: row.leaf,
  })
  return {
    async current() {
      return logs.all().map(toLog)[0]
    },
    async list() {
      return logs.all().map(toLog)
    },
    async open(log) {
      openLog.run(toLogRow({ ...log, size: 0, lastHash: null }))
    },
    async advance(log) {
      putLog.run(toLogRow(log))
    },
    async appendLeaf({ log, index, eventId, hash, leaf }) {
      addLeaf.run({ log, position: index, event_id: eventId, hash, leaf })
    },
    async leaves(log, from, limit) {
      return leaves.all(log, from, limit).map((row) => ({ ...place(row), event: toEvent(row) }))
    },
    async leafTexts(log, from, limit) {
      return leafTexts.all(log, from, limit).map(place)
    },
    async leavesOfType(log, type, from, below, limit) {
      return leavesOfType.all(type, log, from, below, limit).map((row) => ({ ...place(row), event: toEvent(row) }))
    },
    async search({ log, by, value, from, below, order, limit }) {
      const keys = by === 'all' ? [] : by === 'party' ? [value, value] : [value]
      const rows = searchBy.get(`${by} ${order}`)?.all(log, from, below, ...keys, limit) ?? []
      return rows.map((row) => ({ ...place(row), event: toEvent(row) }))
    },
    async leafOf(eventId) {
      const row = leafOf.first(eventId, 1)
      return row === undefined ? undefined : place(row)
    },
    async hashes(log, level, from, count) {
      const rows = level === 0 ? leafHashes.all(log, from, count) : nodeHashes.all(log, level, from, count)
      return rows.map(({ hash }) => hash)
    },
    async putNode(log, level, index, hash) {
      putNode.run({ log, level, position: index, hash })
    },
    async appendCheckpoint(checkpoint) {
      addCheckpoint.run(checkpoint)
    },
    async latestCheckpoint(log) {
      return atMost.first(log, Number.MAX_SAFE_INTEGER, 1)
    },
    async checkpointAtMost(log, size) {
      return atMost.first(log, size, 1)
    },
    async checkpointAtLeast(log, size) {
      return atLeast.first(log, size, 1)
    },
    async checkpoints(log, above, limit) {
      return atLeast.all(log, above + 1, limit)
    },
  }
}

const orders = ['rising', 'falling'] as const

function searchOf(statements: Statements, by: LeafKey, order: (typeof orders)[number]) {
  return statements.prepare((tables) => {
    const all = tables
      .selectFrom('audit_leaves')
      .innerJoin('audit_events', 'audit_events.id', 'audit_leaves.event_id')
      .selectAll()
      .where('log', '=', 0)
      .where('position', '>=', 0)
      .where('position', '<', 0)
    const some = {
      all: () => all,
      type: () => all.where('type', '=', ''),
      party: () => all.where((is) => is.or([is('actor', '=', ''), is('object', '=', '')])),
      request: () => all.where('request_id', '=', ''),
      grant: () => all.where('grant_id', '=', ''),
    }[by]()
    return some.orderBy('position', order === 'rising' ? 'asc' : 'desc').limit(0)
  })
}

const logColumns = ['number', 'log_id', 'previous', 'size', 'cursor', 'last_time', 'last_hash'] as const

function toLog(row: Tables['audit_logs']): LogRecord {
  return {
    number: row.number,
    logId: row.log_id,
    previous: row.previous,
    size: row.size,
    cursor: row.cursor,
    lastTime: row.last_time,
    lastHash: row.last_hash,
  }
}

function toLogRow(log: LogRecord): Tables['audit_logs'] {
  return {
    number: log.number,
    log_id: log.logId,
    previous: log.previous,
    size: log.size,
    cursor: log.cursor,
    last_time: log.lastTime,
    last_hash: log.lastHash,
  }
}
