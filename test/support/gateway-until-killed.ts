import { readFile } from 'node:fs/promises'
import { buildGatewayCore } from '#gateway/gateway-core.ts'
import type { ConsoleFigures } from '#gateway/http/console-limits.ts'
import type { GatewaySettings } from '#gateway/settings/gateway-settings.ts'
import { systemClock } from '#runtime/clock.ts'
import { createLog } from '#runtime/log.ts'
import { fastClock } from './fast-clock.ts'

// A gateway in a process of its own, to be killed. The console's limits per session and address are lifted, so that load
// from one address is not refused; those per device stay. What it logs as an error goes to stderr: there must be none.
const [settingsFile = '', began = '0', speed = '1'] = process.argv.slice(2)
const settings: unknown = JSON.parse(await readFile(settingsFile, 'utf8'))
if (!isSettings(settings)) throw new TypeError('no settings')
const many = { points: 1_000_000, seconds: 60 } as const
const consoleLimits: ConsoleFigures = { read: many, write: many, open: many, try: many }
const core = await buildGatewayCore(settings, {
  clock: fastClock(Number(began), Number(speed), systemClock({ keepAlive: true })),
  log: createLog({ level: 'error', destination: 2 }),
  version: '0.1.0',
  consoleLimits,
})
await core.start()
process.stdout.write('ready\n')

function isSettings(value: unknown): value is GatewaySettings {
  return typeof value === 'object' && value !== null && 'issuer' in value && 'data' in value
}
