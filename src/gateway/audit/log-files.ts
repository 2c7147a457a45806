import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuditLogStore } from '#gateway/storage/audit-log-store.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import { replaceFile } from '#runtime/state-file.ts'
import {
  entryBundle,
  fullTilesBetween,
  parseTilePath,
  type TileName,
  tileHeight,
  tilePath,
  tileWidth,
  widthAt,
} from './tiles.ts'

export type LogFile = { readonly content: Uint8Array; readonly type: string; readonly isImmutable: boolean }

/** The static files of a log below its prefix, as any tlog monitor reads them (audit.md section 4). */
export type LogFiles = {
  /** `checkpoint`, `tile/…`; undefined where the newest checkpoint does not reach. `log` is the log's number. */
  read(log: number, path: string): Promise<LogFile | undefined>
  /** Writes the tiles that became full; those that are missing are answered from rows. */
  writeTiles(log: number, from: number, to: number): Promise<void>
}

/** `folder` is `<data>/tiles`; each log has a folder of its number in it. */
export function createLogFiles(store: Pick<Store, 'read'>, folder: string): LogFiles {
  const fileOf = (log: number, tile: TileName) => join(folder, String(log), ...tilePath(tile).split('/'))
  return {
    async read(log, path) {
      const checkpoint = await store.read((rows) => rows.log.latestCheckpoint(log))
      if (checkpoint === undefined) return undefined
      if (path === 'checkpoint')
        return { content: Buffer.from(checkpoint.note), type: 'text/plain; charset=utf-8', isImmutable: false }
      const tile = parseTilePath(path)
      if (tile === undefined || tile.width > widthAt(checkpoint.size, levelOf(tile), tile.index)) return undefined
      const kept = tile.width === tileWidth ? await readFile(fileOf(log, tile)).catch(() => undefined) : undefined
      const content = kept ?? (await store.read((rows) => tileFromRows(rows.log, log, tile)))
      return { content, type: 'application/octet-stream', isImmutable: true }
    },
    async writeTiles(log, from, to) {
      for (const tile of fullTilesBetween(from, to))
        await replaceFile(fileOf(log, tile), await store.read((rows) => tileFromRows(rows.log, log, tile)))
    },
  }
}

async function tileFromRows(
  rows: Pick<AuditLogStore, 'hashes' | 'leaves'>,
  log: number,
  tile: TileName,
): Promise<Uint8Array> {
  const from = tile.index * tileWidth
  if (tile.kind === 'entries') return entryBundle((await rows.leaves(log, from, tile.width)).map(({ leaf }) => leaf))
  const hashes = await rows.hashes(log, tile.level * tileHeight, from, tile.width)
  return Buffer.concat(hashes.map((hash) => Buffer.from(hash, 'base64url')))
}

function levelOf(tile: TileName): number {
  return tile.kind === 'hashes' ? tile.level : 0
}
