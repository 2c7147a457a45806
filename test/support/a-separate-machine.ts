import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { checkoutHere, type PosternPlace } from './a-postern.ts'
import { type Environment, startProgram } from './a-program.ts'
import type { Stage } from './a-stage.ts'
import { type Ended, runProgram } from './run-program.ts'
import { whatIsMissing, whyNot } from './what-is-here.ts'

/** This machine, in mount and network namespaces of its own: what is changed there is changed nowhere else. */
export type SeparateMachine = {
  readonly pid: number
  /** The words that let a command run there. */
  readonly within: readonly string[]
  /** The checkout as seen from there, by everybody. */
  readonly checkout: string
  /** Runs a command there, as root; throws unless it ends with 0. */
  run(words: readonly string[], env?: Environment): Promise<Ended>
  /** `postern` there, as root. */
  place(env?: Environment): Required<Pick<PosternPlace, 'env' | 'within' | 'checkout'>>
}

const programs = ['/usr/bin/unshare', '/usr/bin/nsenter', '/usr/bin/mount', '/bin/sh'] as const
const changeable = ['/etc', '/root', '/var/lib', '/var/cache', '/usr/local/share'] as const
const path = '/usr/sbin:/usr/bin:/sbin:/bin'

/** Overlays keep every change in memory. The last program waits for our end of a pipe, so nothing outlives this process. */
const setUp = `set -e
over=$1; checkout=$2; shift 2
mount -t tmpfs -o mode=0755 postern "$over"
mkdir "$over/checkout"
mount --bind "$checkout" "$over/checkout"
for folder; do
  mkdir -p "$over$folder/upper" "$over$folder/work"
  chmod --reference="$folder" "$over$folder/upper"
  mount -t overlay -o "lowerdir=$folder,upperdir=$over$folder/upper,workdir=$over$folder/work" postern "$folder"
done
$(command -v ip) link set lo up
echo ready
exec cat`

/** A reason to skip where this cannot be had: not root, programs missing, or a kernel that refuses. */
export async function aSeparateMachine(stage: Stage, name = 'machine'): Promise<SeparateMachine | string> {
  const ip = ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip'].find((file) => existsSync(file)) ?? '/usr/sbin/ip'
  const missing = whatIsMissing([...programs, ip], { root: true })
  if (missing !== undefined) return missing
  const over = join(stage.folder, name)
  await mkdir(over)
  const options = ['--mount', '--net', '--propagation', 'private', '--']
  const folders = changeable.filter((folder) => existsSync(folder))
  const holder = startProgram(
    ['/usr/bin/unshare', ...options, '/bin/sh', '-c', setUp, 'sh', over, checkoutHere, ...folders],
    { env: { PATH: path, LC_ALL: 'C' } },
  )
  stage.onEnd(() => holder.stop('SIGKILL'))
  const failed = await holder.until(/^ready$/m).then(
    () => undefined,
    () => holder.err().trim().split('\n').at(-1) ?? 'no namespaces',
  )
  if (failed !== undefined) return whyNot('no namespaces', failed)
  const within = ['/usr/bin/nsenter', `--target=${holder.pid}`, '--mount', '--net', '--']
  const plain = { PATH: path, LC_ALL: 'C.UTF-8', HOME: '/root' }
  const checkout = join(over, 'checkout')
  return {
    pid: holder.pid,
    within,
    checkout,
    async run(words, env = {}) {
      const [command = '', ...args] = [...within, ...words]
      const ended = await runProgram(command, args, { cwd: '/', env: { ...plain, ...env } })
      if (ended.code !== 0) throw new Error(`${words.join(' ')}: ${String(ended.code)} ${ended.stdout}${ended.stderr}`)
      return ended
    },
    place: (env = {}) => ({ env: { ...plain, ...env }, within, checkout }),
  }
}
