import { chmod, mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { migrate, migrations } from '#gateway/storage/migrate.ts'
import { openDatabase } from '#gateway/storage/open-database.ts'
import { aFolder } from '#test/support/a-folder.ts'

describe('A new database', () => {
  it('is readable by its owner alone, its folder and side files too', async () => {
    const folder = join(await aFolder(), 'data')
    await mkdir(folder, { mode: 0o755 })
    await chmod(folder, 0o755)
    const file = join(folder, 'postern.sqlite')
    const { writer, reader } = await openDatabase(file)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(`${file}-wal`)).mode & 0o777).toBe(0o600)
    reader?.close()
    writer.close()
  })

  it('commits to disk, keeps foreign keys and waits five seconds for another writer', async () => {
    const { writer, reader } = await openDatabase(join(await aFolder(), 'postern.sqlite'))
    const pragma = (name: string) => Object.values(writer.prepare(`pragma ${name}`).get() ?? {})[0]
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys'), pragma('busy_timeout')]).toEqual([
      'wal',
      2,
      1,
      5000,
    ])
    reader?.close()
    writer.close()
  })

  it('loads no extensions', async () => {
    const { writer } = await openDatabase(':memory:')
    expect(() => writer.prepare("select load_extension('anything')").get()).toThrow()
    writer.close()
  })
})

describe('A file that is no database', () => {
  it('is refused by name', async () => {
    const file = join(await aFolder(), 'postern.sqlite')
    await writeFile(file, 'not a database, but long enough to be looked at twice by whoever opens it'.repeat(40))
    await expect(openDatabase(file)).rejects.toMatchObject({ code: 'state_unreadable', details: { file } })
  })
})

describe('Migrations', () => {
  it('are numbered without gaps', () => {
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1))
  })

  it('go forward once, and each only where it is missing', async () => {
    const connection = new DatabaseSync(':memory:')
    const ran: number[] = []
    const step = (number: number) => ({ number, up: async () => void ran.push(number) })
    await migrate(connection, 'file', [step(1)])
    await migrate(connection, 'file', [step(1), step(2)])
    await migrate(connection, 'file', [step(1), step(2)])
    expect(ran).toEqual([1, 2])
    connection.close()
  })

  it('leave nothing behind when one fails', async () => {
    const connection = new DatabaseSync(':memory:')
    const failing = {
      number: 2,
      up: async () => {
        throw new TypeError('no')
      },
    }
    await expect(migrate(connection, 'file', [...migrations, failing])).rejects.toThrow('no')
    expect(connection.prepare('select count(*) as n from sqlite_master').get()).toEqual({ n: 0 })
    connection.close()
  })

  it('refuse a database that a newer Postern wrote, and leave it as it was', async () => {
    const connection = new DatabaseSync(':memory:')
    await migrate(connection, 'file', [...migrations, { number: 99, up: async () => {} }])
    await expect(migrate(connection, 'file')).rejects.toMatchObject({ code: 'state_too_new' })
    connection.close()
  })
})
