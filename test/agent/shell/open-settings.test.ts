import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Ran } from '#agent/machine/machine.ts'
import { gatewayPageUrl, isSupportUrl, openPort, panes } from '#agent/shell/open-settings.ts'
import { remedies } from '#domain/remedies.ts'
import { fakeElectron } from '#test/support/fake-electron.ts'

const id = 'A'.repeat(43)
const issuer = 'https://posture.example.com'
let asked: (readonly unknown[])[]
const machine = (answer: Ran) => ({
  run: async (...words: readonly unknown[]) => {
    asked.push(words)
    return answer
  },
})
const done: Ran = { kind: 'ran', code: 0, stdout: '', stderr: '' }
const opened = () => fakeElectron.calls().map(({ name, args }) => [name, ...args])

beforeEach(() => {
  fakeElectron.reset()
  asked = []
})

describe('A settings pane', () => {
  it.each(remedies)('%s leads to a place of its own system', async (remedy) => {
    await openPort(machine(done)).settingsPane(remedy)
    const pane = panes[remedy]
    const [os] = remedy.split('/')
    if ('url' in pane) {
      expect(pane.url).toMatch(os === 'macos' ? /^x-apple\.systempreferences:/ : /^(ms-settings|windowsdefender):/)
      expect(opened()).toEqual([['shell.openExternal', pane.url]])
    } else {
      expect(os).toBe('linux')
      expect(asked[0]?.[0]).toBe('busctl')
      expect(opened()).toEqual([])
    }
  })

  it('that no program shows says so', async () => {
    const refused = openPort(machine({ ...done, code: 1 })).settingsPane('linux/screen-lock')
    await expect(refused).rejects.toMatchObject({ code: 'cannot_open' })
    await expect(openPort(machine({ kind: 'absent' })).settingsPane('linux/os-updates')).rejects.toMatchObject({
      code: 'cannot_open',
    })
  })

  it('that the system does not open says so', async () => {
    fakeElectron.answer('shell.openExternal', new Error('no such pane'))
    await expect(openPort(machine(done)).settingsPane('macos/firewall')).rejects.toMatchObject({ code: 'cannot_open' })
  })
})

describe('A page of the gateway', () => {
  it('is made of its issuer, a path of ours and a checked id', () => {
    expect(gatewayPageUrl('console', { issuer })).toBe(`${issuer}/console/`)
    expect(gatewayPageUrl('enroll', { issuer })).toBe(`${issuer}/enroll`)
    expect(gatewayPageUrl('step-up', { issuer, id })).toBe(`${issuer}/step-up/${id}`)
    expect(gatewayPageUrl('console', { issuer: 'http://localhost:8180' })).toBe('http://localhost:8180/console/')
  })

  it.each([
    ['step-up', { issuer }],
    ['step-up', { issuer, id: '../console' }],
    ['step-up', { issuer, id: `${id}/../x` }],
    ['console', { issuer: 'http://posture.example.com' }],
    ['console', { issuer: 'https://a@posture.example.com' }],
    ['console', { issuer: 'https://posture.example.com/path' }],
    ['console', { issuer: 'file:///etc' }],
    ['console', { issuer: 'javascript:alert(1)' }],
  ] as const)('%s of %j is not opened', async (page, of) => {
    await expect(openPort(machine(done)).gatewayPage(page, of)).rejects.toMatchObject({ code: 'cannot_open' })
    expect(opened()).toEqual([])
  })

  it('never leaves the issuer, whatever the id', () => {
    fc.assert(
      fc.property(fc.string(), (other) => {
        expect(gatewayPageUrl('step-up', { issuer, id: `${other}/` })).toBeUndefined()
      }),
    )
  })
})

describe('The help of the organisation', () => {
  it.each(['http://help.example.com', 'https://a:b@help.example.com', 'file:///etc/passwd', 'ms-settings:x', 'help'])(
    '%s is not opened',
    async (url) => {
      expect(isSupportUrl(url)).toBe(false)
      await expect(openPort(machine(done)).support(url)).rejects.toMatchObject({ code: 'cannot_open' })
    },
  )
  it('is opened by https', async () => {
    await openPort(machine(done)).support('https://help.example.com/postern')
    expect(opened()).toEqual([['shell.openExternal', 'https://help.example.com/postern']])
  })
})
