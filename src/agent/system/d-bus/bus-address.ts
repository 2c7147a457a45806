import { isAbsolute, join } from 'node:path'

type Environment = { readonly [name: string]: string | undefined }

/** Where the system bus listens (D-Bus specification, "System message bus"), in the order to be tried. */
export function systemBusAddresses(environment: Environment): readonly string[] {
  const named = environment['DBUS_SYSTEM_BUS_ADDRESS']
  return usableAddresses(
    named ? named : 'unix:path=/run/dbus/system_bus_socket;unix:path=/var/run/dbus/system_bus_socket',
  )
}

/** Where the bus of this session listens; empty: there is none. The runtime folder counts only by its whole path. */
export function sessionBusAddresses(environment: Environment): readonly string[] {
  const named = environment['DBUS_SESSION_BUS_ADDRESS']
  if (named) return usableAddresses(named)
  const runtime = environment['XDG_RUNTIME_DIR']
  return runtime && isAbsolute(runtime) ? usableAddresses(`unix:path=${escaped(join(runtime, 'bus'))}`) : []
}

/**
 * The sockets of this machine among the addresses (D-Bus specification, "Server addresses"). Whatever would start a
 * program, or leave the machine, is passed over; so is a path that cannot be given on unescaped.
 */
function usableAddresses(text: string): readonly string[] {
  return text.split(';').flatMap((address) => {
    const members = /^unix:(.*)$/.exec(address)?.[1]?.split(',') ?? []
    const [first] = members.flatMap((member) => {
      const [, kind, value] = /^(path|abstract)=(.+)$/.exec(member) ?? []
      const place = value === undefined ? undefined : unescaped(value)
      return kind === undefined || place === undefined ? [] : [`unix:${kind}=${place}`]
    })
    return first === undefined ? [] : [first]
  })
}

function unescaped(value: string): string | undefined {
  try {
    const place = decodeURIComponent(value)
    // The library splits addresses at these, and knows no escapes.
    return /[;:,\0]/.test(place) ? undefined : place
  } catch {
    return undefined
  }
}

function escaped(path: string): string {
  return path.replaceAll(/[^-0-9A-Za-z_/.\\*]/g, (letter) => encodeURIComponent(letter))
}
