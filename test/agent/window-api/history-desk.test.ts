import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type HistoryDesk, type HistoryPorts, historyDesk } from '#agent/window-api/history-desk.ts'
import { type HistoryItem, historyKinds, historyPage } from '#contract/agent-exceptions.ts'
import type { SentHead } from '#contract/agent-windows.ts'
import { silentLog } from '#runtime/log.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aRequest } from '#test/support/a-request-agent.ts'
import { aRefusal, aResult, noon } from '#test/support/a-snapshot.ts'

const receiver = 'https://posture.example.com'
const id22 = (n: number) => `${String(n).padStart(21, '0')}A`
const head = (n: number, at: number, typ = 'eat+jwt'): SentHead => ({
  id: id22(n),
  typ,
  at,
  bytes: 9,
  receiver,
  reason: null,
  outcome: 'accepted',
  code: null,
})
/** As the ledger gives them: newest first, and of one second the later one first. */
const newestFirst = (heads: readonly SentHead[]) =>
  heads
    .map((each, n) => ({ each, n }))
    .sort((one, other) => other.each.at - one.each.at || other.n - one.n)
    .map(({ each }) => each)

async function aDesk(parts: Partial<HistoryPorts> & { readonly sent?: readonly SentHead[] } = {}) {
  const folder = join(await aFolder(), 'history')
  const { sent = [], ...ports } = parts
  let now = noon
  const desk = historyDesk({
    folder,
    tracker: { past: () => [] },
    ledger: { all: async () => sent },
    nowSeconds: () => now,
    log: silentLog,
    ...ports,
  })
  const at = (seconds: number) => {
    now = seconds
  }
  return { desk, folder, at }
}

async function everyRow(desk: HistoryDesk, count: number, kinds?: readonly (typeof historyKinds)[number][]) {
  const rows: HistoryItem[] = []
  for (let before: string | null | undefined; before !== null; ) {
    const page: Awaited<ReturnType<HistoryDesk['page']>> = await desk.page({
      count,
      ...(before === undefined ? {} : { before }),
      ...(kinds === undefined ? {} : { kinds: [...kinds] }),
    })
    expect(historyPage.safeParse(page).success).toBe(true)
    expect(page.items.length).toBeLessThanOrEqual(count)
    rows.push(...page.items)
    before = page.older
  }
  return rows
}

const typs = fc.constantFrom('eat+jwt', 'exception-preview+jwt', 'exception-request+jwt', 'dpop+jwt')
const messages = fc.array(fc.record({ typ: typs, at: fc.integer({ min: noon - 9000, max: noon }) }), { maxLength: 40 })

describe('A history that is read page by page', () => {
  it('neither repeats nor loses a row, whatever the size of pages and the kinds that are asked for', async () => {
    const kinds = fc.option(fc.subarray([...historyKinds], { minLength: 1 }), { nil: undefined })
    await fc.assert(
      fc.asyncProperty(
        messages,
        fc.array(fc.integer({ min: noon - 50, max: noon }), { maxLength: 12 }),
        fc.array(fc.tuple(fc.uuid({ version: 7 }), fc.integer({ min: noon - 50, max: noon })), { maxLength: 8 }),
        fc.integer({ min: 1, max: 50 }),
        kinds,
        async (sent, events, requests, count, asked) => {
          const { desk, at } = await aDesk({
            sent: newestFirst(sent.map((each, n) => head(n, each.at, each.typ))),
            tracker: {
              past: () =>
                requests.map(([request_id, when]) => ({
                  kind: 'exception',
                  at: when,
                  request: aRequest({ request_id }),
                })),
            },
          })
          for (const when of events) {
            at(when)
            desk.enrollment({ event: 'configuration', by: 'organisation', host: 'posture.example.com' })
            await desk.settled()
          }
          const whole = await everyRow(desk, 50, asked)
          expect(await everyRow(desk, count, asked)).toEqual(whole)
          expect(whole.map(({ at: when }) => when)).toEqual(whole.map(({ at: when }) => when).toSorted((a, b) => b - a))
          const has = (kind: string) => asked === undefined || asked.some((each) => each === kind)
          expect(whole.filter(({ kind }) => kind === 'enrollment')).toHaveLength(has('enrollment') ? events.length : 0)
          expect(whole.filter(({ kind }) => kind === 'exception')).toHaveLength(has('exception') ? requests.length : 0)
          const told = whole.reduce((sum, row) => sum + (row.kind === 'sent' ? row.times : 0), 0)
          expect(told).toBe(has('sent') ? sent.filter(({ typ }) => typ !== 'dpop+jwt').length : 0)
        },
      ),
      { numRuns: 25 },
    )
  })

  it('is not disturbed below by what is sent meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(messages, messages, fc.integer({ min: 1, max: 8 }), async (before, after, count) => {
        const old = before.map((each, n) => head(n, each.at, each.typ))
        const later = after.map((each, n) => head(1000 + n, noon + 9000 - (noon - each.at), each.typ))
        let sent = newestFirst(old)
        const { desk } = await aDesk({ ledger: { all: async () => sent } })
        const expected = await everyRow(desk, 50)
        const first = await desk.page({ count })
        sent = newestFirst([...old, ...later])
        const rest = first.older === null ? [] : (await desk.page({ before: first.older, count: 50 })).items
        expect([...first.items, ...rest]).toEqual(expected)
      }),
      { numRuns: 40 },
    )
  })
})

describe('Previews of one form', () => {
  const preview = 'exception-preview+jwt'

  it('stand as one row, at the time of the last', async () => {
    const { desk } = await aDesk({
      sent: [head(3, noon, preview), head(2, noon - 10, preview), head(1, noon - 20, preview)],
    })
    expect((await desk.page({})).items).toMatchObject([{ kind: 'sent', times: 3, at: noon, message: { id: id22(3) } }])
  })

  it('and of the next form are two', async () => {
    const { desk } = await aDesk({ sent: [head(2, noon, preview), head(1, noon - 1800, preview)] })
    expect((await desk.page({})).items).toMatchObject([{ times: 1 }, { times: 1 }])
  })

  it('are parted by the request that came of them', async () => {
    const { desk } = await aDesk({
      sent: [head(3, noon, preview), head(2, noon - 10, 'exception-request+jwt'), head(1, noon - 20, preview)],
    })
    expect((await desk.page({})).items).toHaveLength(3)
  })

  it('are one form though the connection proved itself in between', async () => {
    const { desk } = await aDesk({
      sent: [head(3, noon, preview), head(2, noon - 10, 'dpop+jwt'), head(1, noon - 20, preview)],
    })
    expect((await desk.page({})).items).toMatchObject([{ times: 2 }])
  })
})

describe('A verdict', () => {
  it('is told where a check is judged otherwise than before, and only then', async () => {
    const { desk } = await aDesk()
    desk.judged(aResult())
    desk.judged(aResult())
    desk.judged(aRefusal())
    await desk.settled()
    const rows = (await desk.page({ kinds: ['verdict'] })).items
    expect(rows.flatMap((row) => (row.kind === 'verdict' ? [row.changes] : []))).toEqual(
      expect.arrayContaining([
        [{ check: 'disk', from: null, to: 'met' }],
        [expect.objectContaining({ check: 'firewall', from: null, to: 'violated' })],
      ]),
    )
    expect(rows).toHaveLength(2)
  })

  it('tells of a check that is judged no more', async () => {
    const { desk } = await aDesk()
    desk.judged(aRefusal())
    await desk.settled()
    desk.judged(aResult())
    await desk.settled()
    const changes = (await desk.page({})).items.flatMap((row) => (row.kind === 'verdict' ? row.changes : []))
    expect(changes).toContainEqual({ check: 'firewall', from: 'violated', to: null })
  })

  it('is told once across starts', async () => {
    const { desk, folder } = await aDesk()
    desk.judged(aResult())
    await desk.settled()
    const { desk: again } = await aDesk({ folder })
    again.judged(aResult())
    await again.settled()
    expect((await again.page({})).items).toHaveLength(1)
  })
})

describe('Keys and versions', () => {
  it('are told when they change, not when they are looked at', async () => {
    const { desk } = await aDesk()
    desk.key({ event: 'ok', back_end: 'keytar' })
    desk.key({ event: 'ok', back_end: 'keytar' })
    desk.key({ event: 'locked', back_end: 'keytar' })
    await desk.settled()
    expect((await desk.page({ kinds: ['key'] })).items).toHaveLength(2)
  })

  it('say nothing of a device that never had a key', async () => {
    const { desk } = await aDesk()
    desk.key({ event: 'missing', back_end: null })
    await desk.settled()
    expect((await desk.page({})).items).toEqual([])
  })

  it('call another version than last time an update, and the first one none', async () => {
    const { desk } = await aDesk()
    desk.runs('1.0.0')
    desk.runs('1.0.0')
    desk.runs('1.1.0')
    await desk.settled()
    expect((await desk.page({})).items).toMatchObject([{ kind: 'update', from: '1.0.0', to: '1.1.0' }])
  })
})

describe('A history that was closed', () => {
  it('holds what was told before, and nothing that was told after', async () => {
    const { desk } = await aDesk()
    desk.judged(aResult())
    const closed = desk.close()
    desk.judged(aRefusal())
    await closed
    await desk.settled()
    expect((await desk.page({})).items).toHaveLength(1)
  })
})

describe('A history that cannot be written', () => {
  it('is in nobody’s way, and says so to whoever reads it', async () => {
    const folder = join(await aFolder(), 'history')
    await writeFile(folder, 'a file in the place of the folder')
    const { desk } = await aDesk({ folder })
    desk.runs('1.0.0')
    desk.judged(aResult())
    await desk.settled()
    await expect(desk.page({})).rejects.toMatchObject({ code: 'state_unreadable' })
  })

  it('goes on where its memory alone was broken', async () => {
    const { desk, folder } = await aDesk()
    desk.judged(aResult())
    await desk.settled()
    await writeFile(join(folder, 'last.json'), '{')
    desk.judged(aRefusal())
    await desk.settled()
    desk.judged(aRefusal())
    await desk.settled()
    expect((await desk.page({})).items).toHaveLength(2)
  })

  it('goes on once it can be', async () => {
    const folder = join(await aFolder(), 'history')
    await writeFile(folder, 'a file in the place of the folder')
    const { desk } = await aDesk({ folder })
    desk.judged(aResult())
    await desk.settled()
    await rm(folder)
    desk.judged(aResult())
    await desk.settled()
    expect((await desk.page({})).items).toHaveLength(1)
  })
})
