import type { Keyring } from '#agent/attestation/key-stores/keytar-key-store.ts'
import type { SecretServiceState } from '#agent/machine/secret-service.ts'

/** A keyring in memory, in the shape of keytar. It counts its calls and can leave them open. */
export function aKeyring() {
  const entries = new Map<string, string>()
  const calls: string[] = []
  let open: (() => void)[] | undefined
  let broken: 'no' | 'all' | 'all but searching' = 'no'
  let atOnce = 0
  let mostAtOnce = 0

  async function call<Value>(name: string, act: () => Value): Promise<Value> {
    calls.push(name)
    atOnce += 1
    mostAtOnce = Math.max(mostAtOnce, atOnce)
    const waiting = open
    await (waiting === undefined ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve)))
    atOnce -= 1
    if (broken === 'all' || (broken === 'all but searching' && name !== 'find'))
      throw new Error('The name org.freedesktop.secrets was not provided by any .service files')
    return act()
  }
  const at = (service: string, account: string) => `${service}/${account}`

  const keyring: Keyring = {
    getPassword: (service, account) => call('get', () => entries.get(at(service, account)) ?? null),
    setPassword: (service, account, password) =>
      call('set', () => {
        entries.set(at(service, account), password)
      }),
    findCredentials: (service) =>
      call('find', () =>
        [...entries]
          .filter(([name]) => name.startsWith(`${service}/`))
          .map(([name, password]) => ({ account: name.slice(service.length + 1), password })),
      ),
    deletePassword: (service, account) => call('delete', () => entries.delete(at(service, account))),
  }
  return {
    keyring,
    entries,
    calls,
    mostAtOnce: () => mostAtOnce,
    /** From now on calls are left open, as behind a prompt. */
    leaveOpen() {
      open = []
    },
    /** Lets the open calls go on. */
    letGo() {
      for (const goOn of open?.splice(0) ?? []) goOn()
      open = undefined
    },
    breakDown(as: typeof broken = 'all') {
      broken = as
    },
  }
}

/** A Secret Service that says what it is told to; unlocked at first. */
export function aSecretService() {
  let said: SecretServiceState = { kind: 'reachable', locked: false, hasCollection: true }
  return {
    state: () => Promise.resolve(said),
    says(state: SecretServiceState) {
      said = state
    },
  }
}
