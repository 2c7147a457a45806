import type { Route } from '#contract/agent-windows.ts'

/** What a click in the tray can set off; those before `check-now` show a screen. Each is offered in window and CLI too. */
export const trayActionKinds = [
  'open-postern',
  'show-check',
  'show-exception',
  'enroll',
  'how-to-fix',
  'request-exception',
  'what-we-send',
  'settings',
  'update',
  'check-now',
  'try-key-again',
  'quit',
] as const
export type TrayActionKind = (typeof trayActionKinds)[number]
export type ActingKind = 'check-now' | 'try-key-again' | 'quit'
export type ShowingKind = Exclude<TrayActionKind, ActingKind>

/** Typed, so that nothing but these can be set off. `question`: asked once before; the way out is to stay. */
export type TrayAction =
  | { readonly kind: ShowingKind; readonly route: Route }
  | { readonly kind: 'check-now' | 'try-key-again' }
  | { readonly kind: 'quit'; readonly question: string }
