import { describe, expect, it } from 'vitest'
import { isOfOtherMachine, keyRecordFile, makeKeyRecord } from '#agent/attestation/key-record.ts'
import { keyedHash } from '#runtime/digest.ts'
import { aFolder } from '#test/support/a-folder.ts'

const machine = (id: string | undefined) => async (salt: Uint8Array) =>
  id === undefined ? undefined : keyedHash(salt, id)

const made = (id: string | undefined) =>
  makeKeyRecord({
    backEnd: 'keytar',
    kid: 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U',
    createdAt: 1_795_510_800,
    machineHash: machine(id),
  })

describe('the record of a key', () => {
  it('comes back from disk as it was made', async () => {
    const file = keyRecordFile(await aFolder())
    const record = await made('a machine')
    await file.write(record)
    expect(await file.read()).toEqual(record)
  })

  it('holds neither the machine id nor a hash that other records share', async () => {
    const [one, other] = [await made('a machine'), await made('a machine')]
    expect(JSON.stringify(one)).not.toContain('a machine')
    expect(one.machineHash).not.toBe(other.machineHash)
    expect(one.installId).not.toBe(other.installId)
  })

  it.each([
    ['the same machine', 'a machine', 'a machine', false],
    ['another machine', 'a machine', 'another machine', true],
    ['a machine whose id cannot be read now', 'a machine', undefined, false],
    ['a machine whose id could not be read then', undefined, 'a machine', false],
  ])('on %s', async (_, then, now, isOther) => {
    expect(await isOfOtherMachine(await made(then), machine(now))).toBe(isOther)
  })
})
