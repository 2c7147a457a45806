/** What tells that a reading may have changed. The timer stands behind every other watch: a notification can be missed. */
export type Watch =
  | { readonly on: 'file'; readonly path: string }
  | { readonly on: 'd-bus'; readonly bus: 'system' | 'session'; readonly name: string }
  | { readonly on: 'registry'; readonly key: string }
  | { readonly on: 'session'; readonly change: 'started' | 'woken' | 'unlocked' }
  | { readonly on: 'timer'; readonly calmSeconds: number; readonly urgentSeconds: number }
