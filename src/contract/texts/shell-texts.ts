/** What the app says in the system's own dialogs, in one language. */
export type ShellTexts = {
  /** The way out of the question before quitting. */
  readonly stay: string
}
