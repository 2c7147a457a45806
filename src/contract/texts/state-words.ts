import type { AgentState } from '../../domain/agent-state.ts'
import type { statusWords } from '../gateway-messages.ts'

/** Beside the sentence of each state: its forms for one and for none, and what is filled in. */
export type StateWords = {
  /** The sentence of a state where its number is one. */
  readonly one: { readonly [State in AgentState]?: string }
  /** As `restricted`, where nothing but the named resource is refused. */
  readonly onlyOne: string
  /** As `refused`, where no check is to blame. */
  readonly refusedWithout: string
  readonly challenged: string
  readonly offlineSince: string
  readonly verdicts: { readonly [Status in (typeof statusWords)[number]]: string }
  readonly noVerdict: string
  readonly administrator: string
  /** What it costs to end Postern. */
  readonly untilItRuns: string
  readonly untilItRunsWithoutEnd: string
}

export const stateWordsEn: StateWords = {
  one: {
    refused: 'Access refused: 1 check needs attention',
    grace: '1 check needs attention. Access ends {time}',
    warning: '1 check needs attention or could not be read. Access stays',
    healthy: '1 check, and it passes',
  },
  onlyOne: 'No access to {name}. The rest is open',
  refusedWithout: 'Access refused',
  challenged: '{name} asks for confirmation in the browser',
  offlineSince: 'Gateway not reachable since {time}. Last verdict: {verdict}',
  verdicts: {
    none: 'nothing to judge',
    affirming: 'all checks pass',
    warning: 'some checks fail, access stays',
    contraindicated: 'access refused somewhere',
  },
  noVerdict: 'none yet',
  administrator: 'your administrator',
  untilItRuns: 'Until Postern runs again this device sends no reports and loses access at {time}.',
  untilItRunsWithoutEnd: 'Until Postern runs again this device sends no reports.',
}

export const stateWordsDe: StateWords = {
  one: {
    refused: 'Zugriff verweigert: 1 Prüfung braucht Aufmerksamkeit',
    grace: '1 Prüfung braucht Aufmerksamkeit. Der Zugriff endet {time}',
    warning: '1 Prüfung braucht Aufmerksamkeit oder war nicht lesbar. Der Zugriff bleibt',
    healthy: '1 Prüfung, und sie ist bestanden',
  },
  onlyOne: 'Kein Zugriff auf {name}. Der Rest ist offen',
  refusedWithout: 'Zugriff verweigert',
  challenged: '{name} fragt im Browser nach einer Bestätigung',
  offlineSince: 'Gateway seit {time} nicht erreichbar. Letztes Urteil: {verdict}',
  verdicts: {
    none: 'nichts zu beurteilen',
    affirming: 'alle Prüfungen bestanden',
    warning: 'einige Prüfungen nicht bestanden, der Zugriff bleibt',
    contraindicated: 'Zugriff irgendwo verweigert',
  },
  noVerdict: 'noch keines',
  administrator: 'die Administration',
  untilItRuns: 'Bis Postern wieder läuft, sendet dieses Gerät keine Berichte und verliert den Zugriff ({time}).',
  untilItRunsWithoutEnd: 'Bis Postern wieder läuft, sendet dieses Gerät keine Berichte.',
}
