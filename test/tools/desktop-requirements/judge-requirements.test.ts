import { describe, expect, it } from 'vitest'
import { judgeRequirements, laterSteps, requirementCount } from '#tools/desktop-requirements/judge-requirements.ts'
import { readRequirements } from '#tools/desktop-requirements/requirements-page.ts'

const file = 'test/agent/shell/windows.test.ts'
const passed = { file, name: 'a window > is destroyed on close', state: 'passed' } as const

/** A table in which every row but those given is proven or waits. */
function aPage(rows: { readonly [number: number]: string } = {}): string {
  const lines = Array.from({ length: requirementCount }, (_, at) => {
    const number = at + 1
    const later = laterSteps[number]
    const proof = rows[number] ?? (later === undefined ? `\`${file}\` › a window > is` : `not yet: ${later}`)
    return `| ${number} | Something holds. | ${proof} |`
  })
  return ['# Requirements', '', '| | Requirement | Proof |', '| --- | --- | --- |', ...lines, '', 'More.'].join('\n')
}
const judge = (page: string, ran: Parameters<typeof judgeRequirements>[1] = [passed]) =>
  judgeRequirements(readRequirements(page), ran)

describe('the table of requirements', () => {
  it('holds when each row names tests that passed, or a step it may wait for', () => {
    expect(judge(aPage())).toEqual([])
  })

  it('takes several proofs, and every one of them counts', () => {
    const both = `\`${file}\` › a window > is<br>\`${file}\` › another`
    expect(judge(aPage({ 1: both }))).toEqual([`1: no test of ${file} begins with "another"`])
  })

  it('is refused for a test that failed in this run', () => {
    expect(judge(aPage(), [{ ...passed, state: 'failed' }])[0]).toBe(`1: failed: ${file} › ${passed.name}`)
  })

  it('is refused for a test that did not run, but for what the machine lacks', () => {
    expect(judge(aPage(), [{ ...passed, state: 'skipped', reason: 'later' }])[0]).toMatch(/^1: did not run \(later\)/)
    expect(judge(aPage(), [{ ...passed, state: 'skipped', reason: 'skipped: no Electron binary' }])).toEqual([])
  })

  it('is refused where a row waits that may not, or waits for something else', () => {
    expect(judge(aPage({ 2: 'not yet: packaging', 17: 'not yet: M9' }))).toEqual([
      '2 may not wait for "packaging"',
      '17 may not wait for "M9"',
    ])
  })

  it('is refused where a number is missing, stands twice, or says nothing', () => {
    const lines = aPage({ 4: 'surely' }).split('\n')
    const page = [...lines.filter((line) => !line.startsWith('| 3 ')), '| 5 | Again. | not yet: packaging |'].join('\n')
    expect(judge(page)).toEqual([
      '3 is not in the table',
      '5 does not belong there, or stands twice',
      '4: "surely" names neither a test nor a later step',
      '5 may not wait for "packaging"',
    ])
  })
})
