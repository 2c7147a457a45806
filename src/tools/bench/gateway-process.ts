import { join } from 'node:path'
import * as z from 'zod'
import { createNonces, type Nonces } from '#gateway/devices/nonce.ts'
import { openKeys } from '#gateway/keys/signing-keys.ts'
import { openStore } from '#gateway/storage/open-store.ts'
import { systemClock } from '#runtime/clock.ts'
import type { RunningChild } from '#tools/children.ts'
import { writeExampleGateway } from '#tools/example-gateway.ts'
import { fillStore } from '#tools/fill/fill-store.ts'
import type { KeyLine } from '#tools/fill/key-lines.ts'
import type { Bench } from './figure.ts'

/** Of every gateway that is measured; nobody is asked at it, so its port is never opened. */
export const benchIssuer = 'http://localhost:8180'

export type GatewayPlace = {
  readonly folder: string
  readonly config: string
  /** Credential of the AuthZEN caller. */
  readonly caller: string
  readonly nonces: Nonces
}

const readyLine = z.object({
  ready: z.literal(true),
  api: z.object({ port: z.number() }),
  check: z.object({ port: z.number() }),
})

export type RunningGateway = { readonly child: RunningChild; readonly api: number; readonly check: number }

/** A data folder whose gateway has run once: keys are there, the example book is in force and will judge nobody at start. */
export async function makeGateway(bench: Bench, name: string): Promise<GatewayPlace> {
  const folder = join(bench.folder, name)
  const { config, caller } = await writeExampleGateway({
    folder,
    issuer: benchIssuer,
    listen: { api: '127.0.0.1:0', check: '127.0.0.1:0' },
  })
  const first = await startGateway(bench, { folder, config })
  await first.child.stop()
  const { nonceMaster } = await openKeys(join(folder, 'keys'), systemClock())
  return { folder, config, caller, nonces: createNonces(nonceMaster, benchIssuer) }
}

/** Runs the built gateway, bound to the processor that is measured. */
export async function startGateway(
  bench: Bench,
  place: Pick<GatewayPlace, 'folder' | 'config'>,
): Promise<RunningGateway> {
  const child = bench.children.start({
    command: bench.node,
    args: [...profiling(bench), bench.postern, 'gateway', '--json', '--config', place.config, '--data', place.folder],
    ...(bench.cores === undefined ? {} : { core: bench.cores.measured }),
  })
  const ready = readyLine.parse(JSON.parse(await child.line((line) => line.startsWith('{"ready"'))))
  return { child, api: ready.api.port, check: ready.check.port }
}

/** What makes Node write a profile when it ends. */
function profiling({ profiles }: Bench): readonly string[] {
  return profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]
}

/** Adds made-up devices to the database of a gateway that does not run; keeps the lines that are wanted. */
export async function fillGateway(
  place: GatewayPlace,
  devices: number,
  isWanted: (index: number) => boolean = () => true,
): Promise<readonly KeyLine[]> {
  const store = await openStore(join(place.folder, 'postern.sqlite'))
  const lines: KeyLine[] = []
  try {
    await fillStore({ store, clock: systemClock() }, { devices, seed: 'bench', issuer: benchIssuer }, async (made) => {
      for (const line of made) if (isWanted(line.index)) lines.push(line)
    })
  } finally {
    await store.close()
  }
  return lines
}
