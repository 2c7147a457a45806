import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openBusLink } from '#agent/system/d-bus/bus-link.ts'
import { type MessageBus, messageBus } from '#agent/system/d-bus/message-bus.ts'
import { systemClock } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'
import { type RunningProgram, startProgram } from './a-program.ts'
import { describeUnless, whatIsMissing } from './what-is-here.ts'

export const busDaemon = '/usr/bin/dbus-daemon'

/** `describe`, whose tests are skipped where there is no message bus. */
export function describeOnABus(name: string, tests: () => void): void {
  describeUnless(whatIsMissing([busDaemon]), name, tests)
}

/** A real message bus of one test, at an address that stays the same when it dies and comes back. */
export type RealBus = {
  readonly address: string
  start(): Promise<void>
  stop(): Promise<void>
}

/** Started. It starts nothing by itself but the services that `activatable` names, and those end at once. */
export async function aMessageBus(folder: string, activatable: readonly string[] = []): Promise<RealBus> {
  const services = join(folder, 'services')
  await mkdir(services, { recursive: true })
  for (const name of activatable)
    await writeFile(join(services, `${name}.service`), `[D-BUS Service]\nName=${name}\nExec=/bin/false\n`)
  const address = `unix:path=${join(folder, 'bus')}`
  const settings = join(folder, 'bus.conf')
  await writeFile(settings, busSettings(address, services))
  let daemon: RunningProgram | undefined
  const bus: RealBus = {
    address,
    async start() {
      await rm(join(folder, 'bus'), { force: true })
      daemon = startProgram([busDaemon, `--config-file=${settings}`, '--nofork', '--nopidfile', '--print-address=1'], {
        env: { PATH: '/usr/bin:/bin' },
      })
      await daemon.until(/unix:\S+/)
    },
    async stop() {
      await daemon?.stop()
      daemon = undefined
    },
  }
  await bus.start()
  return bus
}

/** What the agent uses of a bus, connected by the library to this address. Retries come fast. */
export function aClientOf(address: string): MessageBus {
  const clock = systemClock()
  return messageBus({ addresses: [address], openLink: openBusLink(clock), clock, random: () => 0, log: silentLog })
}

function busSettings(address: string, services: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>${address}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>${services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`
}
