import type { Route } from '#contract/agent-windows.ts'
import { plainLabel } from '#contract/texts/plain-label.ts'
import type { ShowingKind, TrayAction } from './tray-action.ts'

/** A row of the menu. Every row can be clicked: what cannot be done now is left out. */
export type TrayRow =
  | { readonly kind: 'action'; readonly label: string; readonly action: TrayAction }
  | { readonly kind: 'separator' }
export type ActionRow = Extract<TrayRow, { readonly kind: 'action' }>

/** What menus of all systems show whole; a tooltip of Windows takes 127. */
export const longestLabel = 120
/** A name that is filled into a label leaves room for the others. */
export const longestName = 40

export function row(label: string, action: TrayAction): ActionRow {
  return { kind: 'action', label: plainLabel(label, longestLabel), action }
}

/** Shows a screen as a whole. */
export function show(kind: ShowingKind, screen: Route['screen']): TrayAction {
  return { kind, route: { screen } }
}

/** Foreign text, as a part of a label. */
export function namePart(text: string): string {
  return plainLabel(text, longestName)
}
