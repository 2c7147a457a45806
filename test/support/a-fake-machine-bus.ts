import { Variant } from '@jellybrick/dbus-next'
import { aBusService, type BusService, nothing } from './a-bus-service.ts'

const properties = 'org.freedesktop.DBus.Properties'
export const loginPaths = {
  manager: '/org/freedesktop/login1',
  session: '/org/freedesktop/login1/session/_32',
} as const
export const powerPaths = {
  manager: '/org/freedesktop/UPower',
  battery: '/org/freedesktop/UPower/devices/DisplayDevice',
} as const

/** A service whose properties a test sets; `set` is told as the real one tells it. */
export type FakeService = {
  /** What it will answer; unset: there is no such property. */
  put(values: { readonly [property: string]: Variant }): void
  set(path: string, iface: string, values: { readonly [property: string]: Variant }): void
  readonly service: BusService
}

/** logind with one session (org.freedesktop.login1(5)). */
export async function fakeLogin(address: string): Promise<
  FakeService & {
    sleep(begins: boolean): void
    sessionPath(path: Variant | 'silent'): void
  }
> {
  const { values, ...fake } = await fakeService(address)
  let found: Variant | 'silent' = new Variant('o', loginPaths.session)
  fake.service.serve(loginPaths.session, 'org.freedesktop.login1.Session', { property: (name) => values.get(name) })
  fake.service.serve(loginPaths.manager, 'org.freedesktop.login1.Manager', {
    property: (name) => values.get(name),
    method(name) {
      if (name !== 'GetSession') return undefined
      return found === 'silent' ? found : { signature: found.signature, body: [found.value] }
    },
  })
  await fake.service.own('org.freedesktop.login1')
  return {
    ...fake,
    sleep: (begins) =>
      fake.service.signal(loginPaths.manager, 'org.freedesktop.login1.Manager', 'PrepareForSleep', 'b', [begins]),
    sessionPath(path) {
      found = path
    },
  }
}

/** UPower with mains and the one battery it shows. */
export async function fakeUPower(address: string): Promise<FakeService> {
  const { values, ...fake } = await fakeService(address)
  fake.service.serve(powerPaths.manager, 'org.freedesktop.UPower', { property: (name) => values.get(name) })
  fake.service.serve(powerPaths.battery, 'org.freedesktop.UPower.Device', { property: (name) => values.get(name) })
  await fake.service.own('org.freedesktop.UPower')
  return fake
}

/** A Secret Service with one collection that is locked or not (Secret Service API 0.2). */
export async function fakeSecretService(address: string): Promise<FakeService & { collection(path: string): void }> {
  const { values, ...fake } = await fakeService(address)
  let path = '/org/freedesktop/secrets/collection/login'
  fake.service.serve('/org/freedesktop/secrets', 'org.freedesktop.Secret.Service', {
    method: (name) => (name === 'ReadAlias' ? { signature: 'o', body: [path] } : name === 'Ping' ? nothing : undefined),
  })
  fake.service.serve(path, 'org.freedesktop.Secret.Collection', { property: (name) => values.get(name) })
  await fake.service.own('org.freedesktop.secrets')
  return {
    ...fake,
    collection(named) {
      path = named
    },
  }
}

async function fakeService(address: string): Promise<FakeService & { readonly values: Map<string, Variant> }> {
  const service = await aBusService(address)
  const values = new Map<string, Variant>()
  const put: FakeService['put'] = (given) => {
    for (const [name, value] of Object.entries(given)) values.set(name, value)
  }
  return {
    service,
    values,
    put,
    set(path, iface, given) {
      put(given)
      service.signal(path, properties, 'PropertiesChanged', 'sa{sv}as', [iface, given, []])
    },
  }
}
