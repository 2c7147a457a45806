import { readFile } from 'node:fs/promises'
import { processesOf } from '../processes-of.ts'

const ticksPerSecond = 100 // USER_HZ, the same on every Linux

/** What a process and everything it started occupy: PSS, in MB. A process that ended meanwhile counts nothing. */
export async function pssOfTree(root: number): Promise<number> {
  const parts = await Promise.all(
    (await processesOf(root)).map(async ({ pid }) => {
      const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
      return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0)
    }),
  )
  return (parts.reduce((sum, part) => sum + part, 0) * 1024) / 1_000_000
}

/** CPU milliseconds used so far by those of the tree that live, with children they have waited for. */
export async function cpuOfTree(root: number): Promise<number> {
  const parts = await Promise.all(
    (await processesOf(root)).map(async ({ pid }) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    }),
  )
  return (parts.reduce((sum, part) => sum + part, 0) * 1000) / ticksPerSecond
}
