import { existsSync } from 'node:fs'
import { appendFile, mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { operatingSystem } from '#agent/system/operating-system.ts'
import { Failure } from '#domain/failure.ts'
import { places } from '#gateway/settings/places.ts'
import { readSettings } from '#gateway/settings/read-settings.ts'
import { openStore } from '#gateway/storage/open-store.ts'
import { systemClock } from '#runtime/clock.ts'
import { writeExampleGateway } from '#tools/example-gateway.ts'
import { fillStore } from '#tools/fill/fill-store.ts'
import { keyFileName } from '#tools/fill/key-lines.ts'

/** `npm run fill -- --devices N`: writes made-up devices into a gateway's database. For development alone. */
const usage = `npm run fill -- --devices <number> [--data <folder>] [--config <file>] [--seed <text>]

  --devices  how many devices to add
  --data     the gateway's data folder; left out, that of a gateway in development mode
  --config   the gateway's settings; left out, <data>/gateway.yaml, made where there is none
  --seed     the same seed makes the same devices, keys and readings (default: postern)
`

try {
  process.exitCode = await main()
} catch (thrown) {
  process.stderr.write(`fill: ${sentenceFor(thrown)}\n`)
  process.exitCode = 2
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      devices: { type: 'string' },
      data: { type: 'string' },
      config: { type: 'string' },
      seed: { type: 'string', default: 'postern' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(usage)
    return 0
  }
  const devices = Number(values.devices)
  if (!Number.isSafeInteger(devices) || devices < 1 || devices > 1_000_000) {
    process.stderr.write(`fill: say how many: --devices 1000\n\n${usage}`)
    return 2
  }
  const settings = await settingsFor(values.data, values.config)
  if (!settings.development) {
    process.stderr.write(
      `fill: ${settings.issuer} is no development gateway. Made-up devices, whose keys anybody can make, are refused there.\n`,
    )
    return 2
  }

  const { folder, database } = settings.data
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const keyFile = join(folder, keyFileName)
  const clock = systemClock()
  const store = await openStore(database)
  const began = performance.now()
  const progress = process.stderr.isTTY
  try {
    const wish = { devices, seed: values.seed, issuer: settings.issuer }
    const filled = await fillStore({ store, clock }, wish, async (lines, done) => {
      await appendFile(keyFile, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 })
      if (progress) process.stderr.write(`\rfill: ${done} of ${devices} devices`)
    })
    if (progress) process.stderr.write('\r\u001b[K')
    const seconds = (performance.now() - began) / 1000
    process.stdout.write(
      [
        `${number(filled.devices)} devices in ${seconds.toFixed(1)} s: keys, chain heads and ${number(filled.readings)} readings, ${number(filled.people)} new people.`,
        `  database     ${database} (${number(filled.before + filled.devices)} devices of this seed)`,
        `  private keys ${keyFile} (for development: these devices prove nothing)`,
        `  look at it   postern gateway --config ${settings.file} --data ${folder}`,
        '',
      ].join('\n'),
    )
    return 0
  } finally {
    await store.close()
  }
}

async function settingsFor(givenData: string | undefined, givenConfig: string | undefined) {
  const os = operatingSystem()
  const environment = process.env
  const home = homedir()
  const data = resolve(givenData ?? environment['POSTERN_DATA'] ?? places[os].dataFolder(environment, home, true))
  const named = givenConfig ?? environment['POSTERN_CONFIG']
  const config = named ?? join(data, 'gateway.yaml')
  if (named === undefined && !existsSync(config)) await writeExampleGateway({ folder: data })
  return await readSettings({ options: { config, data }, environment, os, home })
}

function number(value: number): string {
  return value.toLocaleString('en')
}

function sentenceFor(thrown: unknown): string {
  if (thrown instanceof Failure) return `${thrown.code} ${JSON.stringify(thrown.details)}`
  return thrown instanceof Error ? thrown.message : String(thrown)
}
