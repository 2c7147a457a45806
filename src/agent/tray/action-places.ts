import type { Route } from '#contract/agent-windows.ts'
import type { CliCommand } from '#contract/texts/cli-texts.ts'
import type { TrayActionKind } from './tray-action.ts'

/** Where a window offers an action: the screen, and what is done there or asked of the agent. */
export type WindowPlace = {
  readonly screen: Route['screen']
  readonly does:
    | 'shows'
    | 'posture/check-now'
    | 'key/try-again'
    | 'app/quit'
    | 'enrollment/confirm'
    | 'exception/submit'
}

export type ActionPlaces = {
  readonly window: WindowPlace
  /** A verb of `postern`, with an option where it takes one. */
  readonly cli: { readonly command: CliCommand; readonly option?: 'json' }
}

/** Everything that the tray offers is offered in a window and at the command line too: no cell may be empty. */
export const actionPlaces: { readonly [Kind in TrayActionKind]: ActionPlaces } = {
  'open-postern': { window: { screen: 'status', does: 'shows' }, cli: { command: 'status' } },
  'show-check': { window: { screen: 'status', does: 'shows' }, cli: { command: 'status' } },
  'show-exception': { window: { screen: 'exceptions', does: 'shows' }, cli: { command: 'request show' } },
  enroll: { window: { screen: 'enroll', does: 'enrollment/confirm' }, cli: { command: 'agent enroll' } },
  'how-to-fix': { window: { screen: 'settings', does: 'shows' }, cli: { command: 'doctor' } },
  'request-exception': { window: { screen: 'request', does: 'exception/submit' }, cli: { command: 'request' } },
  'what-we-send': { window: { screen: 'privacy', does: 'shows' }, cli: { command: 'status', option: 'json' } },
  settings: { window: { screen: 'settings', does: 'shows' }, cli: { command: 'doctor' } },
  update: { window: { screen: 'settings', does: 'shows' }, cli: { command: 'doctor' } },
  'check-now': { window: { screen: 'status', does: 'posture/check-now' }, cli: { command: 'check' } },
  // Asking for readings judges the key as well.
  'try-key-again': { window: { screen: 'status', does: 'key/try-again' }, cli: { command: 'check' } },
  quit: { window: { screen: 'settings', does: 'app/quit' }, cli: { command: 'agent stop' } },
}
