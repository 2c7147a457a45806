import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linkReader } from '#agent/shell/deep-links.ts'
import { readLaunchWords } from '#agent/shell/launch-words.ts'

const code = 'A'.repeat(43)
const enroll = `postern://enroll?server=${encodeURIComponent('https://posture.example.com')}&code=${code}`

describe('A link', () => {
  it('leads to a screen where a person reads and clicks, and nowhere else', () => {
    const read = linkReader({ nowMs: () => 0 })
    expect(read(enroll)).toEqual({ screen: 'enroll', link: enroll })
    expect(read('postern://show?screen=privacy')).toEqual({ screen: 'privacy' })
    expect(read('postern://show?screen=status&check=firewall')).toEqual({ screen: 'status', check: 'firewall' })
  })

  it.each([
    ['of a later version', `postern://signed-in?state=${'A'.repeat(22)}&code=${code}`],
    ['to a handoff', `postern://handoff?id=${'A'.repeat(22)}`],
    ['of another scheme', 'https://posture.example.com'],
    ['with a fragment', `${enroll}#x`],
    ['with a port', 'postern://show:80?screen=status'],
    ['with a parameter twice', 'postern://show?screen=status&screen=privacy'],
    ['that is too long', `postern://show?screen=status&check=${'a'.repeat(600)}`],
    ['to a screen that is none', 'postern://show?screen=quit'],
    ['that is no text', 7],
  ])('%s leads nowhere', (_which, link) => {
    expect(linkReader({ nowMs: () => 0 })(link)).toBeUndefined()
  })

  it('is followed three times a minute', () => {
    let nowMs = 0
    const read = linkReader({ nowMs: () => nowMs })
    const follow = () => read('postern://show?screen=status') !== undefined
    expect([follow(), follow(), follow(), follow()]).toEqual([true, true, true, false])
    nowMs = 59_999
    expect(follow()).toBe(false)
    nowMs = 60_000
    expect([follow(), follow(), follow(), follow()]).toEqual([true, true, true, false])
  })

  it('that is none does not use up the minute', () => {
    const read = linkReader({ nowMs: () => 0 })
    for (let count = 0; count < 10; count += 1) read('postern://evil?x=1')
    expect(read('postern://show?screen=status')).toBeDefined()
  })

  it('never leads further than a screen of the list, whatever it says', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((text) => `postern://${text}`),
          fc.anything(),
        ),
        (link) => {
          const route = linkReader({ nowMs: () => 0 })(link)
          if (route !== undefined)
            expect(['status', 'exceptions', 'history', 'privacy', 'enroll']).toContain(route.screen)
        },
      ),
    )
  })
})

describe('The words that the app is started with', () => {
  const read = (...words: readonly string[]) => readLaunchWords(words, ['status', 'agent'])

  it('are a verb where they begin with one', () => {
    expect(read('status', '--json')).toEqual({ kind: 'verb', typed: ['status', '--json'] })
    expect(read('--version')).toEqual({ kind: 'verb', typed: ['--version'] })
  })

  it('are the app everywhere else', () => {
    const usual = { kind: 'app', background: false, perfReport: undefined, link: undefined, action: undefined }
    expect(read()).toEqual(usual)
    expect(read('--background')).toEqual({ ...usual, background: true })
    expect(read('--perf-report')).toEqual({ ...usual, perfReport: 10 })
    expect(read('--perf-report=0.5')).toEqual({ ...usual, perfReport: 0.5 })
    expect(read('--perf-report=x')).toEqual(usual)
    expect(read('--what-we-send')).toEqual({ ...usual, action: 'what-we-send' })
    expect(read('--enable-x', 'status')).toEqual(usual)
    expect(read('--x', 'postern://show?screen=status')).toEqual({ ...usual, link: 'postern://show?screen=status' })
  })
})
