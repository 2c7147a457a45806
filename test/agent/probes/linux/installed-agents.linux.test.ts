import { describe, expect, it } from 'vitest'
import { agentMarks, judgeAgent } from '#agent/probes/linux/installed-agents.linux.ts'
import type { UnitState } from '#agent/probes/linux/unit-states.linux.ts'

const { crowdstrike, intune, eset } = agentMarks
const units = (state: UnitState) => ({ isAnswered: true, of: () => state })
const programs = (...names: string[]) => ({ names: new Set(names), isComplete: true })
const blind = { names: new Set<string>(), isComplete: false }

describe('an agent', () => {
  it.each([
    ['active', programs(), 'running'],
    ['active', blind, 'running'],
    ['exited', programs(), 'installed-not-running'],
    ['inactive', programs(), 'installed-not-running'],
    ['failed', blind, 'installed-not-running'],
    ['inactive', programs('falcon-sensor'), 'unknown'],
    ['absent', programs(), 'installed-not-running'],
    ['absent', blind, 'unknown'],
    ['unknown', programs('falcon-sensor'), 'running'],
  ] as const)('that is installed, with a unit that is %s, is judged by it first', (state, seen, verdict) => {
    expect(judgeAgent(crowdstrike, units(state), seen, 'yes')).toBe(verdict)
  })

  it.each([
    ['no', programs(), 'absent'],
    ['no', programs('falcon-sensor'), 'absent'],
    ['unknown', programs('falcon-sensor'), 'unknown'],
    ['unknown', programs(), 'unknown'],
  ] as const)('without a unit, installed: %s, is no more than that', (isInstalled, seen, verdict) => {
    expect(judgeAgent(crowdstrike, units('absent'), seen, isInstalled)).toBe(verdict)
  })

  it('runs when one of its units does', () => {
    const one = { isAnswered: true, of: (unit: string): UnitState => (unit === 'efs.service' ? 'active' : 'absent') }
    expect(judgeAgent(eset, one, programs(), 'yes')).toBe('running')
  })

  it('that a timer starts is not stopped while it rests', () => {
    expect(judgeAgent(intune, units('inactive'), programs(), 'yes')).toBe('unknown')
  })
})
