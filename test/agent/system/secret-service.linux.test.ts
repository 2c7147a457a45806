import { describe, expect, it } from 'vitest'
import type { Ran } from '#agent/machine/machine.ts'
import { secretServiceOnLinux } from '#agent/system/secret-service.linux.ts'

type Script = { readonly [method: string]: Ran }
const said = (stdout: string, code = 0): Ran => ({ kind: 'ran', code, stdout: `${stdout}\n`, stderr: '' })

function service(script: Script) {
  return secretServiceOnLinux({
    async run(program, args) {
      expect(program).toBe('busctl')
      expect(args.slice(0, 2)).toEqual(['--user', '--timeout=2'])
      const method = Object.keys(script).find((name) => args.includes(name))
      return method === undefined ? said('', 1) : (script[method] ?? said('', 1))
    },
  })
}

const collection = said('o "/org/freedesktop/secrets/collection/login"')
const owned = { NameHasOwner: said('b true'), ReadAlias: collection }

describe('the Secret Service', () => {
  it.each([
    ['unlocked', { ...owned, Locked: said('b false') }, { kind: 'reachable', locked: false, hasCollection: true }],
    ['locked', { ...owned, Locked: said('b true') }, { kind: 'reachable', locked: true, hasCollection: true }],
    [
      'without a collection',
      { ...owned, ReadAlias: said('o "/"') },
      { kind: 'reachable', locked: false, hasCollection: false },
    ],
    [
      'to be started',
      {
        ...owned,
        NameHasOwner: said('b false'),
        ListActivatableNames: said('as 2 "org.freedesktop.DBus" "org.freedesktop.secrets"'),
        Locked: said('b true'),
      },
      { kind: 'reachable', locked: true, hasCollection: true },
    ],
    [
      'nowhere',
      { NameHasOwner: said('b false'), ListActivatableNames: said('as 1 "org.freedesktop.DBus"') },
      { kind: 'no-service' },
    ],
    ['without a bus', { NameHasOwner: said('', 1) }, { kind: 'no-bus' }],
    ['without busctl', { NameHasOwner: { kind: 'absent' } }, { kind: 'unknown', why: 'not-supported-here' }],
    ['on a bus that hangs', { NameHasOwner: { kind: 'timed-out' } }, { kind: 'unknown', why: 'timed-out' }],
    ['that hangs', { ...owned, ReadAlias: { kind: 'timed-out' } }, { kind: 'unknown', why: 'timed-out' }],
    ['that refuses', { ...owned, ReadAlias: said('', 1) }, { kind: 'unknown', why: 'unrecognised-output' }],
    ['of an answer nobody knows', { NameHasOwner: said('b maybe') }, { kind: 'unknown', why: 'unrecognised-output' }],
    ['of a lock nobody knows', { ...owned, Locked: said('s "no"') }, { kind: 'unknown', why: 'unrecognised-output' }],
  ] as const)('%s is told as that', async (_, script, state) => {
    expect(await service(script).state()).toEqual(state)
  })

  it('answers each question alone', async () => {
    const unlocked = service({ ...owned, Locked: said('b false') })
    expect([await unlocked.hasOwner(), await unlocked.isLocked()]).toEqual(['yes', 'no'])
    const none = service({ NameHasOwner: { kind: 'timed-out' }, ReadAlias: { kind: 'timed-out' } })
    expect([await none.hasOwner(), await none.isLocked()]).toEqual(['unknown', 'unknown'])
  })
})
