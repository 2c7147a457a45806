import { describe, expect, it } from 'vitest'
import { sessionBusAddresses, systemBusAddresses } from '#agent/system/d-bus/bus-address.ts'

describe('Where a bus listens', () => {
  it.each([
    ['unix:path=/run/user/1000/bus', ['unix:path=/run/user/1000/bus']],
    ['unix:abstract=/tmp/dbus-x,guid=0123', ['unix:abstract=/tmp/dbus-x']],
    ['unix:guid=0123,path=/a', ['unix:path=/a']],
    ['unix:path=/a%20b', ['unix:path=/a b']],
    ['unix:path=/a;unix:path=/b', ['unix:path=/a', 'unix:path=/b']],
    ['tcp:host=example.com,port=1;unix:path=/b', ['unix:path=/b']],
    ['unixexec:path=/bin/sh', []],
    ['autolaunch:', []],
    ['unix:dir=/tmp', []],
    ['unix:path=', []],
    ['unix:path=/a%zz', []],
    ['unix:path=/a%3bunixexec%3apath=/bin/sh', []],
    ['unix:path=/a%00b', []],
    ['nonsense', []],
  ])('of %s is a socket of this machine or nothing', (address, expected) => {
    expect(sessionBusAddresses({ DBUS_SESSION_BUS_ADDRESS: address })).toEqual(expected)
    expect(systemBusAddresses({ DBUS_SYSTEM_BUS_ADDRESS: address })).toEqual(expected)
  })

  it('is in the runtime folder where no address is named', () => {
    expect(sessionBusAddresses({ XDG_RUNTIME_DIR: '/run/user/1000' })).toEqual(['unix:path=/run/user/1000/bus'])
    expect(sessionBusAddresses({ DBUS_SESSION_BUS_ADDRESS: '', XDG_RUNTIME_DIR: '/run/user/a b' })).toEqual([
      'unix:path=/run/user/a b/bus',
    ])
  })

  it.each([[{}], [{ XDG_RUNTIME_DIR: 'here' }], [{ XDG_RUNTIME_DIR: '' }]])('is nowhere with %j', (environment) => {
    expect(sessionBusAddresses(environment)).toEqual([])
  })

  it('is at its known place for the system', () => {
    expect(systemBusAddresses({})).toEqual([
      'unix:path=/run/dbus/system_bus_socket',
      'unix:path=/var/run/dbus/system_bus_socket',
    ])
  })
})
