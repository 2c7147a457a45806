import { askedUnits } from '#agent/probes/linux/unit-states.linux.ts'
import type { LinuxMachineParts } from './a-linux-machine.ts'

type Answer = NonNullable<LinuxMachineParts['programs']>[string]
type State = 'running' | 'exited' | 'inactive' | 'failed' | 'not-found'

const sub: { readonly [Each in State]: string } = {
  running: 'LoadState=loaded\nActiveState=active\nSubState=running',
  exited: 'LoadState=loaded\nActiveState=active\nSubState=exited',
  inactive: 'LoadState=loaded\nActiveState=inactive\nSubState=dead',
  failed: 'LoadState=loaded\nActiveState=failed\nSubState=failed',
  'not-found': 'LoadState=not-found\nActiveState=inactive\nSubState=dead',
}

/** What `systemctl show` prints for every unit that probes ask about; units that are not named do not exist. */
export function aSystemdAnswer(units: { readonly [unit: string]: State }): Answer {
  return { stdout: `${askedUnits.map((unit) => sub[units[unit] ?? 'not-found']).join('\n\n')}\n` }
}
