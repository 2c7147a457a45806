import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { trayIcons } from '#agent/tray/tray-icon.ts'
import { trayModel } from '#agent/tray/tray-model.ts'
import { type ActionRow, longestLabel } from '#agent/tray/tray-row.ts'
import type { TrayView } from '#agent/tray/tray-view.ts'
import { languages } from '#contract/agent-windows.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { agentStates } from '#domain/agent-state.ts'
import { aFinding, aResult, aSnapshot, noon } from '#test/support/a-snapshot.ts'
import { anySnapshot } from '#test/support/any-snapshot.ts'
import {
  aGrace,
  aGrantHead,
  aRefusalWithOffer,
  aRequestHead,
  aSnapshotIn,
  aTrayView,
} from '#test/support/tray-stories.ts'

function actionsOf(snapshot: Snapshot, view: TrayView = aTrayView()): readonly ActionRow[] {
  return trayModel(snapshot, view).rows.flatMap((row) => (row.kind === 'action' ? [row] : []))
}
const labelsOf = (snapshot: Snapshot, view?: TrayView) => actionsOf(snapshot, view).map(({ label }) => label)
const kindsOf = (snapshot: Snapshot, view?: TrayView) => actionsOf(snapshot, view).map(({ action }) => action.kind)

describe('A device that is refused', () => {
  const snapshot = aSnapshot({ state: 'restricted', result: aRefusalWithOffer() })

  it('is told what was seen and what is required, and opened there', () => {
    const finding = actionsOf(snapshot).find(({ label }) => label === 'Firewall: off, required on')
    expect(finding?.action).toEqual({ kind: 'show-check', route: { screen: 'status', check: 'firewall' } })
  })

  it('can ask for an exception of the check that may be excepted', () => {
    expect(actionsOf(snapshot).map(({ action }) => action)).toContainEqual({
      kind: 'request-exception',
      route: { screen: 'request', check: 'firewall' },
    })
  })

  it('is not offered what nobody offers', () => {
    const strict = aRefusalWithOffer()
    const resources = strict.resources.map((one) => ({
      ...one,
      findings: one.findings.map(({ check }) => aFinding(check, { exception: { offered: false } })),
    }))
    expect(kindsOf(aSnapshot({ state: 'restricted', result: { ...strict, resources } }))).not.toContain(
      'request-exception',
    )
  })

  it('hears of five findings, the worst first, and of how many more there are', () => {
    const checks = (['unknown', 'violated', 'tolerated'] as const).flatMap((outcome) =>
      ['a', 'b', 'c'].map((letter) => ({ check: `${outcome}-${letter}`, signal: 'firewall', outcome })),
    )
    const labels = labelsOf(aSnapshot({ state: 'refused', result: aResult({ checks }), checks: [] }))
    const findings = labels.filter((label) => label.startsWith('Firewall:') || label.endsWith('more…'))
    expect(findings).toHaveLength(6)
    expect(findings[5]).toBe('4 more…')
    const first = actionsOf(aSnapshot({ state: 'refused', result: aResult({ checks }), checks: [] }))
    const routes = first.flatMap(({ action }) => (action.kind === 'show-check' ? [action.route.check] : []))
    expect(routes).toEqual(['violated-a', 'violated-b', 'violated-c', 'unknown-a', 'unknown-b'])
  })
})

describe('A device whose time runs out', () => {
  it('reads when access ends, as a local time with its weekday', () => {
    const { tooltip, rows } = trayModel(aSnapshot({ state: 'grace', result: aGrace() }), aTrayView())
    expect(tooltip).toBe('1 check needs attention. Access ends Friday 17:30')
    expect(JSON.stringify(rows)).toContain('Firewall: off, required on. Fix by Friday 17:30')
  })

  it('reads the time of the place where it is', () => {
    const view = aTrayView({ timeZone: 'America/New_York' })
    expect(trayModel(aSnapshot({ state: 'grace', result: aGrace() }), view).tooltip).toContain('Friday 11:30')
  })

  it('reads when the exception ends', () => {
    const { tooltip } = trayModel(aSnapshotIn('excepted'), aTrayView())
    expect(tooltip).toBe('Access by exception until 17:30')
  })
})

describe('Exceptions in the tray', () => {
  it('are told with their votes, and with their end', () => {
    const requests = [aRequestHead(), aGrantHead({ request_id: '01a20cc8-6770-7c10-8a4e-5d2f0c9be772' })]
    const labels = labelsOf(aSnapshot({ result: aResult(), exceptions: { requests, drafts: [] } }))
    expect(labels).toContain('Firewall exception: 1 of 2 approvals')
    expect(labels).toContain('Firewall exception active until 17:30')
  })

  it('are not told twice where one of them keeps the door open', () => {
    const labels = labelsOf(aSnapshotIn('excepted'))
    expect(labels.filter((label) => label.includes('xception'))).toEqual([
      'Access by exception until 17:30',
      'Exception: Firewall',
    ])
  })
})

describe('What may be done', () => {
  it('says that it is being done while readings are taken', () => {
    const labels = labelsOf(aSnapshot({ result: aResult(), checking: true }))
    expect(labels).toContain('Checking…')
    expect(labels).not.toContain('Check now')
  })

  it('stands there once, however a state begins', () => {
    for (const state of agentStates) {
      const labels = labelsOf(aSnapshotIn(state))
      expect(new Set(labels).size, state).toBe(labels.length)
    }
  })

  it('holds no way out where the organisation hides it', () => {
    expect(kindsOf(aSnapshotIn('healthy'), aTrayView({ hideQuit: true }))).not.toContain('quit')
  })

  it('asks before it quits, naming when access will be lost', () => {
    const quit = actionsOf(aSnapshotIn('healthy')).find(({ action }) => action.kind === 'quit')
    expect(quit?.action).toEqual({
      kind: 'quit',
      question: 'Until Postern runs again this device sends no reports and loses access at 11:20.',
    })
  })

  it('names an update that is ready', () => {
    expect(labelsOf(aSnapshotIn('healthy'), aTrayView({ updateReady: { version: '1.2.0' } }))).toContain(
      'Update 1.2.0 is ready…',
    )
  })

  it('says that the key is a file', () => {
    const snapshot = aSnapshot({ result: aResult(), key_store: { kind: 'file', state: 'file', reason: null } })
    expect(labelsOf(snapshot)).toContain('File key in use')
  })

  it('says which resource asks for confirmation', () => {
    const asking = (id: string, name: string) => ({ id, name, access: 'challenge' as const, findings: [] })
    const resources = [asking('wiki', 'Wiki'), asking('pay', 'Payments')]
    const model = trayModel(aSnapshot({ result: aResult({ resources }) }), aTrayView())
    expect(model.tooltip).toBe('Wiki asks for confirmation in the browser')
    expect(JSON.stringify(model.rows)).toContain('Payments: asks for confirmation in the browser')
  })
})

describe('Any snapshot', () => {
  const view = fc.record({ language: fc.constantFrom(...languages), hideQuit: fc.boolean() })
  const hidden = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u{61c}\u{200b}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2060}-\u{2069}\u{feff}]/u

  it('gives an icon, a tooltip and rows that are short, visible and plain, and a way out unless it is hidden', () => {
    fc.assert(
      fc.property(anySnapshot, view, (snapshot, parts) => {
        const { icon, tooltip, rows } = trayModel(snapshot, aTrayView(parts))
        expect(trayIcons).toContain(icon)
        const actions = rows.flatMap((row) => (row.kind === 'action' ? [row] : []))
        for (const text of [tooltip, ...actions.map(({ label }) => label)]) {
          expect(text.trim()).not.toBe('')
          expect(text.length).toBeLessThanOrEqual(longestLabel)
          expect(text).not.toMatch(hidden)
        }
        expect(actions.some(({ action }) => action.kind === 'quit')).toBe(!parts.hideQuit)
        expect(rows.at(0)?.kind).toBe('action')
        expect(rows.at(-1)?.kind).toBe('action')
        expect(rows.some((row, at) => row.kind === 'separator' && rows[at + 1]?.kind === 'separator')).toBe(false)
      }),
    )
  })
})

describe('The tray an hour later', () => {
  it.each(agentStates)('says the same while the agent is %s: no timer changes it', (state) => {
    const at = (now: number) => trayModel(aSnapshotIn(state), aTrayView({ now }))
    expect(at(noon + 3600).tooltip).toBe(at(noon).tooltip)
  })
})
