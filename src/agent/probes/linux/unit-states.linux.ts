import type { Machine } from '#agent/machine/machine.ts'

/** What systemd says of one unit now. `absent`: systemd answers and knows no such unit. */
export type UnitState = 'active' | 'exited' | 'inactive' | 'failed' | 'absent' | 'unknown'

/** States by unit name. A unit that was not asked about, or a machine whose systemd did not answer, is `unknown`. */
export type UnitStates = { readonly isAnswered: boolean; of(unit: string): UnitState }

/** Whether systemd is what started this machine: its own test (sd_booted(3)). */
export async function isSystemdRunning(machine: Machine): Promise<boolean> {
  return (await machine.stat('/run/systemd/system')).kind === 'found'
}

/**
 * Every unit that a probe asks about. One question for all of them: probes of one scan share its answer, and one start
 * of `systemctl` costs more than fifty names.
 */
export const askedUnits = [
  // firewalls, and units that load rules
  'firewalld.service',
  'ufw.service',
  'nftables.service',
  'iptables.service',
  'ip6tables.service',
  'netfilter-persistent.service',
  'shorewall.service',
  'shorewall6.service',
  'ferm.service',
  'firehol.service',
  // ways in
  'ssh.service',
  'ssh.socket',
  'sshd.service',
  'sshd.socket',
  'dropbear.service',
  'telnet.socket',
  'xrdp.service',
  'gnome-remote-desktop.service',
  'vncserver-x11-serviced.service',
  'x11vnc.service',
  'wayvnc.service',
  'teamviewerd.service',
  'anydesk.service',
  'rustdesk.service',
  'cockpit.socket',
  'smb.service',
  'smbd.service',
  'nfs-server.service',
  'vsftpd.service',
  // protection
  'falcon-sensor.service',
  'sentinelone.service',
  'mdatp.service',
  'eea.service',
  'efs.service',
  'esets.service',
  'cbdaemon.service',
  'sisamddaemon.service',
  'sisidsdaemon.service',
  'sophos-spl.service',
  'sav-protect.service',
  'traps_pmd.service',
  'bdsec.service',
  'ds_agent.service',
  'huntress-agent.service',
  'wazuh-agent.service',
  'osqueryd.service',
  'launcher.kolide-k2.service',
  'clamav-clamonacc.service',
  'clamav-daemon.service',
  // management
  'orbit.service',
  'jcagent.service',
  'intune-daemon.service',
  'landscape-client.service',
  'puppet.service',
  'chef-client.service',
  'salt-minion.service',
] as const

export type AskedUnit = (typeof askedUnits)[number]

/** States of all units that probes ask about, from one `systemctl show`. Nothing is answered where systemd does not run. */
export async function unitStates(machine: Machine): Promise<UnitStates> {
  if (!(await isSystemdRunning(machine))) return noAnswer
  const ran = await machine.run('systemctl', ['show', '--property=LoadState,ActiveState,SubState', '--', ...askedUnits])
  if (ran.kind !== 'ran' || ran.code !== 0) return noAnswer
  return parseUnitStates(ran.stdout, askedUnits)
}

const noAnswer: UnitStates = { isAnswered: false, of: () => 'unknown' }

/** Reads `systemctl show` for these units: one block each, in the order asked. Anything else answers nothing. */
export function parseUnitStates(text: string, units: readonly string[]): UnitStates {
  if (!text.endsWith('\n')) return noAnswer
  const blocks = text.trimEnd().split('\n\n')
  if (blocks.length !== units.length) return noAnswer
  const states = new Map(units.map((unit, index) => [unit, stateOf(blocks[index] ?? '')]))
  return { isAnswered: true, of: (unit) => states.get(unit) ?? 'unknown' }
}

function stateOf(block: string): UnitState {
  const properties = new Map(
    block.split('\n').map((line) => {
      const cut = line.indexOf('=')
      return [line.slice(0, cut), line.slice(cut + 1)] as const
    }),
  )
  if (properties.get('LoadState') === 'not-found') return 'absent'
  switch (properties.get('ActiveState')) {
    case 'active':
    case 'reloading':
    case 'refreshing':
      // A oneshot unit stays active after its program has ended: rules may be in force, but nothing runs.
      return properties.get('SubState') === 'exited' ? 'exited' : 'active'
    case 'inactive':
    case 'deactivating':
    case 'activating': // not yet, or over and over
    case 'maintenance':
      return 'inactive'
    case 'failed':
      return 'failed'
    default:
      return 'unknown'
  }
}
