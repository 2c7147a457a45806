import { readdir, readFile } from 'node:fs/promises'
import { runProgram } from '../support/run-program.ts'

export type ProcessOfApp = {
  readonly pid: number
  /** `browser`, `zygote`, `gpu-process`, `utility`, `renderer`, … */
  readonly type: string
  readonly words: readonly string[]
}

/** A process and everything it started, by `/proc`. */
export async function processesOf(root: number): Promise<readonly ProcessOfApp[]> {
  const parents = new Map<number, number>()
  const words = new Map<number, readonly string[]>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    const parent = /\) \S (\d+)/.exec(stat)?.[1]
    if (parent === undefined) continue
    parents.set(Number(name), Number(parent))
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    words.set(Number(name), line.split('\0').join(' ').split(' '))
  }
  const isOfApp = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (pid === root || isOfApp(parents.get(pid)))
  return [...parents.keys()].filter(isOfApp).map((pid) => {
    const line = words.get(pid) ?? []
    const type = line.find((word) => word.startsWith('--type='))?.slice('--type='.length) ?? 'browser'
    return { pid, type, words: line }
  })
}

export async function countRenderers(root: number): Promise<number> {
  return (await processesOf(root)).filter(({ type }) => type === 'renderer').length
}

/** Lines of `ss` for TCP and UDP sockets that these processes listen on. */
export async function listenersOf(root: number): Promise<readonly string[]> {
  const pids = (await processesOf(root)).map(({ pid }) => pid)
  const { stdout, code, stderr } = await runProgram('ss', ['-Htulnp'], {
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  })
  if (code !== 0) throw new Error(stderr)
  return stdout.split('\n').filter((line) => pids.some((pid) => line.includes(`pid=${pid},`)))
}
