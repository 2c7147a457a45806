import { describe, expect, it } from 'vitest'
import { attest } from '#agent/attestation/attest.ts'
import { delegateKeys } from '#agent/attestation/delegate-key.ts'
import { fieldIds } from '#contract/consent-fields.ts'
import { silentLog } from '#runtime/log.ts'
import { aGateway } from '#test/support/a-gateway.ts'
import { anAgent } from '#test/support/an-agent.ts'
import { anEnrolledAgent } from '#test/support/an-enrolled-agent.ts'

const path = '/v1/attestations'

async function anEnrolled() {
  let unlock = () => {}
  let hint = () => {}
  const gateway = await aGateway()
  const agent = await anAgent({
    presence: {
      onPresence: () => () => {},
      onUnlock(listener) {
        unlock = listener
        return () => {}
      },
    },
    secretService: {
      state: async () => ({ kind: 'reachable', locked: false, hasCollection: true }),
      hasOwner: async () => 'yes',
      isLocked: async () => 'no',
      onHint(tell) {
        hint = tell
        return () => {}
      },
    },
  })
  const running = await agent.aProcess()
  const { sha256: consent } = gateway.configuration().consent
  await running.ask('enrollment/confirm', { link: gateway.link(), consent })
  await running.until((now) => now.result !== null)
  await running.ask('posture/check-now', undefined) // the first report has ended
  return { gateway, agent, running, unlock: () => unlock(), hint: () => hint() }
}

describe('An enrolled agent', () => {
  it('attests at once when somebody opens the lock', async () => {
    const { gateway, unlock } = await anEnrolled()
    const before = gateway.payloads(path).length
    unlock()
    await expect.poll(() => gateway.payloads(path).length).toBe(before + 1)
  })

  it('tries its key again when the keychain was opened, without being asked', async () => {
    const { gateway, agent, running, hint } = await anEnrolled()
    agent.secretService.says({ kind: 'reachable', locked: true, hasCollection: true })
    await running.ask('posture/check-now', undefined)
    expect(running.core.snapshot.read().state).toBe('key-locked')
    const before = gateway.payloads(path).length
    agent.secretService.says({ kind: 'reachable', locked: false, hasCollection: true })
    hint()
    await running.until((now) => now.state === 'healthy')
    await expect.poll(() => gateway.payloads(path).length).toBe(before + 1)
  })

  it('takes no hint for an opened keychain: it looks, and nothing else happens', async () => {
    const { gateway, agent, running, hint } = await anEnrolled()
    agent.secretService.says({ kind: 'reachable', locked: true, hasCollection: true })
    await running.ask('posture/check-now', undefined)
    const before = gateway.payloads(path).length
    for (let hints = 0; hints < 20; hints += 1) hint()
    await running.ask('key/try-again', undefined)
    expect(running.core.snapshot.read().state).toBe('key-locked')
    expect(gateway.payloads(path).length).toBe(before)
    expect(agent.keyring.calls.filter((call) => call === 'set')).toHaveLength(1)
  })
})

describe('A report', () => {
  it.each([[true], [false], [undefined]])(
    'says that TLS was inspected, or not, where that is known: %s',
    async (known) => {
      const gateway = await aGateway()
      const agent = await anEnrolledAgent(gateway)
      const client = agent.clientOf(gateway.issuer)
      await attest(
        { client, keys: agent.key, chain: agent.chain, log: silentLog, isTlsInspected: () => known },
        agent.enrollment.active(),
        {
          agent: { version: '0.1.0', integrity: 'unknown', channel: 'development', arch: 'x64', os: 'linux' },
          keyStore: 'keytar',
          virtual: 'no',
          uptimeSeconds: 1,
          managed: false,
          agreed: fieldIds,
          readings: [
            {
              id: 'firewall',
              st: 'observed',
              v: { state: 'on' },
              at: Math.floor(Date.now() / 1000) - 5,
              ms: 3,
              src: 'nft',
            },
          ],
        },
        delegateKeys({ nowMs: () => 0 }).current(),
      )
      const [payload = ''] = gateway.payloads(path)
      expect(JSON.parse(payload).submods.agent.tls_inspected).toBe(known)
    },
  )
})
