import { readFile } from 'node:fs/promises'

const ticksPerSecond = 100 // USER_HZ, the same on every Linux

/** CPU milliseconds that a process has used, with the children it has waited for. Linux. */
export async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // Behind the name, which may hold anything: field 3 and on (proc_pid_stat(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return (ticks * 1000) / ticksPerSecond
}

/** What a process really occupies: its own memory and its share of what it shares (PSS), in MB. Linux. */
export async function pssMb(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
  const kibibytes = Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? Number.NaN)
  return (kibibytes * 1024) / 1_000_000
}
