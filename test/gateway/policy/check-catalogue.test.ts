import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Book } from '#domain/policy/book.ts'
import { remedies } from '#domain/remedies.ts'
import { loadBook, loadBookFromFiles } from '#gateway/policy/load-book.ts'
import { noon } from '#test/support/a-judged-device.ts'

const example = join(import.meta.dirname, '..', '..', '..', 'docs', 'examples', 'policy')
const context = { languages: ['en'], now: noon }

describe('Every check of the example book', () => {
  let checks: Book['checks']
  beforeAll(async () => {
    const loaded = await loadBook(example, context)
    if (loaded.kind === 'refused') throw new Error(loaded.remarks.map(({ says }) => says).join('\n'))
    checks = loaded.book.checks
  })

  it('has an id, a title, why it matters and what is expected', () => {
    expect(checks.size).toBeGreaterThan(5)
    for (const [id, { document }] of checks) {
      expect(id).toMatch(/^[a-z][a-z0-9-]*$/)
      for (const text of [document.title['en'], document.why['en'], document.expected['en']])
        expect([id, text]).toEqual([id, expect.stringMatching(/\w{2}/)])
    }
  })

  it('says what to do on each system that it covers: steps, a settings pane of the closed list, or both', () => {
    for (const [id, { document }] of checks)
      for (const platform of document.platforms) {
        const { steps, open } = document.remedy[platform] ?? {}
        expect([id, platform, (steps?.['en'] ?? []).length > 0 || open !== undefined]).toEqual([id, platform, true])
        for (const step of steps?.['en'] ?? []) expect(step.trim()).not.toBe('')
        if (open !== undefined)
          expect(remedies.filter((pane) => pane === open && pane.startsWith(`${platform}/`))).toHaveLength(1)
      }
  })

  it('explains itself in at most two sentences', () => {
    for (const [id, { document }] of checks)
      for (const why of Object.values(document.why))
        expect([id, (why.match(/[.!?](\s|$)/g) ?? []).length <= 2]).toEqual([id, true])
  })
})

describe('A check', () => {
  const lines = [
    'kind: Check',
    'id: firewall',
    'title: { en: Firewall }',
    'why: { en: Other machines must not reach this one }',
    'signal: firewall',
    'severity: medium',
    'pass: \'value.state == "on"\'',
    "expected: { en: 'on' }",
    "examples: { pass: { state: 'on' }, fail: { state: 'off' } }",
    'remedy: { macos: { open: macos/firewall }, windows: { open: windows/firewall }, linux: { steps: { en: [Ask IT] } } }',
  ]
  const faultsOf = (text: readonly string[]) =>
    loadBookFromFiles([{ file: 'check.yaml', text: `${text.join('\n')}\n` }], context).remarks.filter(
      ({ severity }) => severity === 'error',
    )

  it('with all of that loads', () => {
    expect(faultsOf(lines)).toEqual([])
  })

  it.each(['id', 'title', 'why', 'signal', 'severity', 'pass', 'expected', 'examples', 'remedy'])(
    'without %s does not',
    (member) => {
      expect(faultsOf(lines.filter((line) => !line.startsWith(`${member}:`)))).not.toEqual([])
    },
  )
})
