import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { operatingSystem } from '#agent/system/operating-system.ts'
import { type RunningChild, runChild } from '#tools/children.ts'
import { freePorts } from '#tools/demo/free-ports.ts'
import { examplePerson, writeExampleGateway } from '#tools/example-gateway.ts'
import { startPrivateKeyring } from '#tools/private-keyring.ts'
import type { Bench } from './figure.ts'
import { startGateway } from './gateway-process.ts'

export type RunningAgent = {
  readonly child: RunningChild
  /** The path of its endpoint. */
  readonly control: string
  /** What leads other commands to it. */
  readonly env: { readonly [name: string]: string }
}

let made = 0

/** Runs `act` beside a built agent in development mode: enrolled, its key in a keychain, its stream open. */
export async function withAgent<Answer>(bench: Bench, act: (agent: RunningAgent) => Promise<Answer>): Promise<Answer> {
  made += 1
  const folder = join(bench.folder, `agent-${made}`)
  const [api = 0] = await freePorts(1)
  const { config } = await writeExampleGateway({
    folder,
    issuer: `http://localhost:${api}`,
    listen: { api: `127.0.0.1:${api}`, check: '127.0.0.1:0' },
  })
  const gateway = await startGateway({ ...bench, cores: undefined }, { folder, config })
  const run = join(folder, 'run')
  await mkdir(run, { mode: 0o700 })
  const control = join(run, 'control.sock')
  const keyring =
    operatingSystem() === 'linux' ? await startPrivateKeyring(bench.children, join(folder, 'keyring')) : { env: {} }
  const env = { ...keyring.env, POSTERN_STATE: join(folder, 'state'), POSTERN_CONTROL: control }
  const child = bench.children.start({
    command: bench.node,
    args: [...profiling(bench), bench.postern, 'agent', '--development', '--json'],
    env,
  })
  try {
    await child.line((line) => line.startsWith('{"ready":true'))
    const token = await runChild({
      command: bench.node,
      args: [bench.postern, 'gateway', 'token', '--for', examplePerson, '--json', '--config', config, '--data', folder],
    })
    const { link } = z.object({ link: z.string() }).parse(JSON.parse(token.stdout))
    const enroll = await runChild({
      command: bench.node,
      args: [bench.postern, 'agent', 'enroll', link, '--development', '--yes'],
      env,
    })
    if (enroll.code !== 0) throw new Error(`the agent was not enrolled: ${enroll.stderr}`)
    return await act({ child, control, env })
  } finally {
    await child.stop()
    await gateway.child.stop()
  }
}

function profiling({ profiles }: Bench): readonly string[] {
  return profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]
}
