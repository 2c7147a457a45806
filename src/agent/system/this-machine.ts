import { hostname, release, userInfo } from 'node:os'
import { isAbsolute } from 'node:path'
import type { EnvironmentName, HostFacts, Machine } from '#agent/machine/machine.ts'
import type { OperatingSystem, VirtualKind } from '#domain/operating-system.ts'
import { type Clock, secondsNow } from '#runtime/clock.ts'
import { homeFolder, isOwnFolder } from './home-folder.ts'
import { hostFacts } from './host-facts.ts'
import { operatingSystem } from './operating-system.ts'
import { listFolder, readFirstBytes, readOwnedFile, readTextFile, statusOf } from './read-files.ts'
import { commandRunner, type RunCommand } from './run-command.ts'

/** What this machine says of itself. What it runs in is asked once per process, unless the answer was `unknown`. */
export function thisMachine(from: {
  readonly clock: Clock
  readonly readVirtual: (machine: Machine) => Promise<VirtualKind>
  readonly environment?: { readonly [name: string]: string | undefined }
  readonly os?: OperatingSystem
  readonly run?: RunCommand
  readonly facts?: () => Promise<HostFacts>
}): Machine {
  const environment = from.environment ?? process.env
  const os = from.os ?? operatingSystem()
  const home = homeFolder(environment)
  const user = userInfo()
  const run = from.run ?? commandRunner({ clock: from.clock, os, home, environment })
  const facts = from.facts ?? hostFacts({ clock: from.clock })
  let virtual: Promise<VirtualKind> | undefined

  const machine: Machine = {
    run,
    readText: readTextFile,
    readBytes: readFirstBytes,
    list: listFolder,
    stat: statusOf,
    readOwned: readOwnedFile,
    environment: (name) => usableVariable(environment, name, user.uid),
    host: () => ({ os, name: hostname(), release: release(), user: { name: user.username, uid: user.uid }, home }),
    facts,
    virtual() {
      virtual ??= from.readVirtual(machine).then(
        (kind) => {
          if (kind === 'unknown') virtual = undefined
          return kind
        },
        () => {
          virtual = undefined
          return 'unknown' as const
        },
      )
      return virtual
    },
    now: () => secondsNow(from.clock),
  }
  return machine
}

/** Empty counts as unset; a folder counts only by its whole path, and the runtime folder only if it is ours. */
function usableVariable(
  environment: { readonly [name: string]: string | undefined },
  name: EnvironmentName,
  uid: number,
): string | undefined {
  const value = environment[name]
  if (value === undefined || value === '') return undefined
  if (name === 'XDG_CONFIG_HOME') return isAbsolute(value) ? value : undefined
  if (name === 'XDG_RUNTIME_DIR') return isOwnFolder(value, uid) ? value : undefined
  return value
}
