import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isUsableId, machineIdentity } from '#agent/system/machine-identity.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aLinuxMachine } from '#test/support/a-linux-machine.ts'

const id = '3d1219c7c4c5404aaa1f6d2a48adfda4'
const salt = Buffer.from('salt of one gateway')

function identity(files: { readonly [path: string]: string }, answer: string) {
  return machineIdentity({ machine: aLinuxMachine({ files }), clock: aClock(), readId: async () => answer })
}

describe('a machine with an id', () => {
  it('is told by the keyed hash of it', async () => {
    const hash = await identity({ '/etc/machine-id': `${id}\n` }, id).keyedMachineHash(salt)
    expect(hash).toBe(createHmac('sha256', salt).update(id).digest('base64url'))
  })
})

describe('a machine without a usable id', () => {
  it.each([
    ['nothing', ''],
    ['the word of a first boot', 'uninitialized'],
    ['zeros', '0'.repeat(32)],
    ['a name', 'laptop-of-ada'],
    ['the SHA-256 of nothing', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['half an id', id.slice(1)],
  ])('is not told apart by %s', async (_, answer) => {
    expect(isUsableId(answer)).toBe(false)
    expect(await identity({ '/etc/machine-id': answer }, answer).keyedMachineHash(salt)).toBeUndefined()
  })

  it('is not told apart by a host name that looks like an id', async () => {
    expect(await identity({}, id).keyedMachineHash(salt)).toBeUndefined()
    expect(await identity({ '/etc/machine-id': 'f'.repeat(31) + 'e' }, id).keyedMachineHash(salt)).toBeUndefined()
  })

  it('is not waited for', async () => {
    const clock = aClock()
    const readId = () => new Promise<string>(() => {})
    const asked = machineIdentity({ machine: aLinuxMachine(), clock, readId }).keyedMachineHash(salt)
    await clock.advance(5000)
    expect(await asked).toBeUndefined()
  })
})

describe('a serial number', () => {
  const path = '/sys/class/dmi/id/product_serial'
  it('is keyed where the firmware gives one', async () => {
    const hash = createHmac('sha256', salt).update('PF3ABCDE').digest('base64url')
    expect(await identity({ [path]: 'PF3ABCDE\n' }, id).keyedSerialHash(salt)).toBe(hash)
  })

  it.each(['To Be Filled By O.E.M.', 'Default string', '0000000', '-', 'None', ''])('%j is none', async (text) => {
    expect(await identity({ [path]: text }, id).keyedSerialHash(salt)).toBeUndefined()
  })

  it('is none where it cannot be read', async () => {
    const machine = aLinuxMachine({ files: { [path]: 'PF3ABCDE' }, denied: [path] })
    expect(await machineIdentity({ machine, clock: aClock() }).keyedSerialHash(salt)).toBeUndefined()
  })
})
