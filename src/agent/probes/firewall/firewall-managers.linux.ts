import type { Machine } from '#agent/machine/machine.ts'
import { parseAssignments } from '#agent/probes/linux/assignments.ts'
import { isRunning, runningPrograms } from '#agent/probes/linux/running-programs.linux.ts'
import { isSystemdRunning, type UnitStates } from '#agent/probes/linux/unit-states.linux.ts'

/** What a program that manages the firewall came to. `off`: installed and not in force. */
export type Manager = {
  readonly name: 'firewalld' | 'ufw'
  readonly state: 'on' | 'off' | 'absent' | 'unknown'
  readonly inbound?: 'block' | 'allow'
}

/** firewalld: in force only while it says RUNNING. It is asked without being started. */
export async function readFirewalld(machine: Machine, units: UnitStates): Promise<Manager> {
  const name = 'firewalld'
  if (!(await isInstalled(machine, ['/usr/sbin/firewalld', '/usr/bin/firewalld']))) return { name, state: 'absent' }
  const unit = units.of('firewalld.service')
  if (unit === 'inactive' || unit === 'failed' || unit === 'absent') return { name, state: 'off' }
  if (unit === 'unknown') {
    if (await isSystemdRunning(machine)) return { name, state: 'unknown' }
    const programs = await runningPrograms(machine)
    if (!isRunning(programs, 'firewalld')) return { name, state: programs.isComplete ? 'off' : 'unknown' }
  }
  return { name, state: await askFirewalld(machine) }
}

/** ufw: enabled in its own file and its unit active. The unit alone is active while ufw is disabled, too. */
export async function readUfw(machine: Machine, units: UnitStates): Promise<Manager> {
  const name = 'ufw'
  if (!(await isInstalled(machine, ['/usr/sbin/ufw', '/usr/bin/ufw']))) return { name, state: 'absent' }
  const [conf, defaults] = await Promise.all([
    machine.readText('/etc/ufw/ufw.conf'),
    machine.readText('/etc/default/ufw'),
  ])
  const enabled = conf.kind === 'found' ? parseUfwConf(conf.content) : undefined
  if (enabled === false) return { name, state: 'off' }
  const unit = units.of('ufw.service')
  if (enabled !== true || (unit !== 'active' && unit !== 'exited')) return { name, state: 'unknown' }
  const inbound = defaults.kind === 'found' ? parseUfwInbound(defaults.content) : undefined
  return { name, state: 'on', ...(inbound === undefined ? {} : { inbound }) }
}

/** Whether `/etc/ufw/ufw.conf` enables ufw; undefined where it does not say. */
export function parseUfwConf(text: string): boolean | undefined {
  const enabled = parseAssignments(text).values.get('ENABLED')?.toLowerCase()
  return enabled === 'yes' ? true : enabled === 'no' ? false : undefined
}

/** What `/etc/default/ufw` does with connections that no rule names. */
export function parseUfwInbound(text: string): 'block' | 'allow' | undefined {
  const policy = parseAssignments(text).values.get('DEFAULT_INPUT_POLICY')?.toUpperCase()
  return policy === 'DROP' || policy === 'REJECT' ? 'block' : policy === 'ACCEPT' ? 'allow' : undefined
}

/** Reads `busctl get-property … state`: a text in quotes behind its type. FAILED and INIT are up without rules. */
export function parseFirewalldState(text: string): 'on' | 'off' | undefined {
  const state = /^s "([A-Z_]+)"\n$/.exec(text)?.[1]
  return state === undefined ? undefined : state === 'RUNNING' ? 'on' : 'off'
}

/** Reads `firewall-cmd --state` by its exit code (firewall-cmd(1)): 0 running, 252 not; all others are no answer. */
export function parseFirewallCmdState(text: string, code: number): 'on' | 'off' | undefined {
  if (code === 0 && text.trim() === 'running') return 'on'
  return code === 252 ? 'off' : undefined
}

async function askFirewalld(machine: Machine): Promise<'on' | 'off' | 'unknown'> {
  const name = 'org.fedoraproject.FirewallD1'
  const property = ['get-property', name, '/org/fedoraproject/FirewallD1', name, 'state']
  const asked = await machine.run('busctl', ['--system', '--auto-start=no', '--timeout=3', ...property])
  if (asked.kind === 'ran') return (asked.code === 0 ? parseFirewalldState(asked.stdout) : undefined) ?? 'unknown'
  if (asked.kind !== 'absent') return 'unknown'
  const told = await machine.run('firewall-cmd', ['--state'])
  return (told.kind === 'ran' ? parseFirewallCmdState(told.stdout, told.code) : undefined) ?? 'unknown'
}

async function isInstalled(machine: Machine, paths: readonly string[]): Promise<boolean> {
  const found = await Promise.all(paths.map((path) => machine.stat(path)))
  return found.some(({ kind }) => kind !== 'absent') // what cannot be seen may be there
}
