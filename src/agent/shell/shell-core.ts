import type { ManagedSettings } from '#agent/managed-settings/resolve-settings.ts'
import type { AnswerRequest } from '#agent/window-api/answer-request.ts'
import type { ChosenSettings, Route } from '#contract/agent-windows.ts'
import type { Notice, NoticeName, Snapshot } from '#contract/ipc.ts'

/** What the shell needs of the agent's core. */
export type ShellCore = {
  answers(asker: 'window'): AnswerRequest
  onNotice<Name extends NoticeName>(name: Name, listener: (notice: Notice<Name>) => void): () => void
  requestRoute(route: Route): void
  settings(): ChosenSettings & { readonly managed: ManagedSettings }
  readonly snapshot: { read(): Snapshot }
}
