import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DiagnosticsFrom, makeDiagnostics } from '#agent/window-api/diagnostics-desk.ts'
import { diagnostics } from '#contract/agent-windows.ts'
import { maxQuestionBytes, requests } from '#contract/ipc.ts'
import { aResult, aSnapshot, noon } from '#test/support/a-snapshot.ts'

const canary = {
  user: 'zqada',
  name: 'ZQ-Laptop.example.com',
  home: '/home/zqada',
  owner: 'Zqada Zqlovelace',
  deviceId: '01a20cc8-6770-7c10-8a4e-5d2f0c9be771',
}

function from(parts: Partial<DiagnosticsFrom> = {}): DiagnosticsFrom {
  return {
    inspection: {
      stateFolder: { path: `${canary.home}/.local/state/postern`, kind: 'open-to-others' },
      enrollment: { kind: 'active', issuer: 'https://posture.example.com', deviceId: canary.deviceId },
      key: { kind: 'judged', backEnd: 'keytar', state: { kind: 'locked', reason: 'collection-locked' } },
      secretService: { kind: 'reachable', locked: true, hasCollection: true },
      gateway: {
        kind: 'trouble',
        issuer: 'https://posture.example.com',
        trouble: {
          code: 'gateway_unreachable',
          details: { reason: `connect from ${canary.name} as ${canary.user} for ${canary.owner}` },
        },
      },
      settings: {
        governed: [],
        remarks: [{ kind: 'unreadable', place: `${canary.home}/policy.json`, key: '' }],
      },
    },
    snapshot: aSnapshot({ owner: canary.owner, device_id: canary.deviceId, result: aResult() }),
    control: `/tmp/postern-${canary.user}/control.sock`,
    uid: 1000,
    now: noon,
    language: 'en',
    channel: 'stable',
    shell: [
      { name: 'process', value: `main ${canary.home}/bin/postern --user=${canary.user}` },
      { name: 'proxy', value: `PROXY ${canary.name.toLowerCase()}:3128` },
    ],
    host: { name: canary.name, os: 'linux', release: '6.12', home: canary.home, user: canary.user },
    ...parts,
  }
}

/** Everything that leaves the function, as one text. */
const allOf = async (parts: Partial<DiagnosticsFrom> = {}) => JSON.stringify(await makeDiagnostics(from(parts)))

describe('Diagnostics of a machine whose paths and failures name its owner', () => {
  it.each(Object.entries(canary))('hold no %s, neither in what is shown nor in what is exported', async (_, secret) => {
    expect((await allOf()).toLowerCase()).not.toContain(secret.toLowerCase())
  })

  it('hold no short host name either', async () => {
    expect((await allOf()).toLowerCase()).not.toContain('zq-laptop')
  })

  it('hold nothing that turns the direction of a text or hides in it', async () => {
    const shell = [{ name: 'proxy' as const, value: 'PROXY \u202eevil\u200b\nfake: line' }]
    const { text, facts } = await makeDiagnostics(from({ shell }))
    expect(text).not.toMatch(/[\u202e\u200b]/)
    expect(text).toContain('proxy: PROXY evil fake: line\n')
    expect(facts.at(-1)?.value).toBe('PROXY evil fake: line')
  })

  it('say what stood there, so that a helper can read on', async () => {
    const { text } = await makeDiagnostics(from())
    expect(text).toContain('~/.local/state/postern')
    expect(text).toContain('connect from <host> as <user> for <owner>')
    expect(text).toContain('main ~/bin/postern --user=<user>')
  })

  it('take out a home folder whose name is decomposed, as macOS writes it', async () => {
    const home = '/Users/zqAd\u00e4'
    const all = await allOf({
      host: { name: 'h', os: 'macos', release: '26.1', home, user: 'zqAd\u00e4' },
      shell: [{ name: 'process', value: `${home.normalize('NFD')}/postern` }],
    })
    expect(all.normalize('NFC')).not.toContain('zqAd\u00e4')
  })

  it('take out a name of two letters from paths, and leave sentences readable', async () => {
    const { text } = await makeDiagnostics(
      from({
        host: { name: 'pc', os: 'windows', release: '11', home: 'C:\\Users\\is', user: 'is' },
        shell: [{ name: 'process', value: 'D:\\old\\is\\postern.exe is running, c:\\users\\IS\\x' }],
      }),
    )
    expect(text).toContain('process: D:\\old\\<user>\\postern.exe is running, ~\\x')
  })

  it('leave words whole that merely begin like a name', async () => {
    const { text } = await makeDiagnostics(from({ host: { ...from().host, user: 'post' } }))
    expect(text).toMatch(/^Postern 0\.1\.0, /)
  })

  it('hold no name, whatever it is made of and wherever it stands', async () => {
    const word = fc.stringMatching(/^zq[a-z0-9._-]{1,12}[a-z0-9]$/)
    const between = fc.constantFrom(' ', '/', '\\', ':', '=', '"', '(', '@', '-', '_', '\n')
    await fc.assert(
      fc.asyncProperty(word, between, between, async (user, before, after) => {
        const all = await allOf({
          host: { ...from().host, user, home: `/home/${user}` },
          shell: [{ name: 'process', value: `x${before}${user}${after}x` }],
        })
        expect(all).not.toContain(user)
      }),
      { numRuns: 40 },
    )
  })
})

describe('Diagnostics in either language', () => {
  it.each(['en', 'de'] as const)('pass the schema of the answer, in %s', async (language) => {
    expect(diagnostics.safeParse(await makeDiagnostics(from({ language }))).success).toBe(true)
  })

  it('say of each finding how bad it is; what is not known is never fine', async () => {
    const { findings } = await makeDiagnostics(from())
    expect(findings).toContainEqual(expect.objectContaining({ id: 'key-store/locked', state: 'wrong' }))
    expect(findings).toContainEqual(expect.objectContaining({ id: 'clock/unknown', state: 'unknown' }))
  })

  it('can always be saved: the export fits into a question, however much was found', async () => {
    const long = 'ü'.repeat(400)
    const shell = Array.from({ length: 40 }, () => ({ name: 'process' as const, value: long }))
    const { text } = await makeDiagnostics(from({ shell }))
    expect(requests['diagnostics/save'].asks.safeParse({ text }).success).toBe(true)
    expect(Buffer.byteLength(JSON.stringify({ text }))).toBeLessThan(maxQuestionBytes)
  })
})
