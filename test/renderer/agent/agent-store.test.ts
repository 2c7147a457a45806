import { describe, expect, it } from 'vitest'
import { aMemoryAgent } from '#test/support/a-memory-agent.ts'
import { aSnapshot } from '#test/support/a-snapshot.ts'
import { createAgentStore } from '../../../renderer/agent/agent-store.ts'

describe('A window that has just begun', () => {
  it('pulls the whole state', async () => {
    const store = createAgentStore(aMemoryAgent(aSnapshot({ state: 'healthy' })).transport)
    await store.pull()
    expect(store.view().snapshot?.state).toBe('healthy')
  })

  it('keeps a notice that came before the answer', async () => {
    const agent = aMemoryAgent(aSnapshot({ state: 'starting' }))
    const store = createAgentStore(agent.transport)
    const pulled = store.pull()
    agent.tell('snapshot/changed', aSnapshot({ state: 'refused' }))
    await pulled
    expect(store.view().snapshot?.state).toBe('refused')
  })
})

describe('An agent that does not answer', () => {
  it('is away, and what was known before stays', async () => {
    const agent = aMemoryAgent(aSnapshot(), { 'agent/snapshot': () => ({ ok: false, code: 'agent_not_running' }) })
    const store = createAgentStore(agent.transport)
    store.take(aSnapshot({ state: 'healthy' }))
    await store.pull()
    expect([store.view().away, store.view().snapshot?.state]).toEqual(['agent_not_running', 'healthy'])
  })

  it('is back with its next notice', async () => {
    const agent = aMemoryAgent(aSnapshot(), { 'agent/snapshot': () => ({ ok: false, code: 'agent_not_running' }) })
    const store = createAgentStore(agent.transport)
    await store.pull()
    agent.tell('snapshot/changed', aSnapshot())
    expect(store.view().away).toBeUndefined()
  })
})
