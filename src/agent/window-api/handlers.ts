import type { ExceptionDesk } from '#agent/exceptions/exception-desk.ts'
import type { Route } from '#contract/agent-windows.ts'
import type { EnrollmentPreview, RequestHandlers, Snapshot } from '#contract/ipc.ts'
import type { HistoryDesk } from './history-desk.ts'
import type { PrivacyDesk } from './privacy-desk.ts'
import type { WindowDesk } from './window-desk.ts'

/** What the agent can do for whoever asks; `agent-core` supplies it. */
export type AgentActions = {
  snapshot(): Snapshot
  /** Takes readings, attests where that is allowed, and resolves when both have ended. */
  checkNow(): Promise<void>
  preview(link: string): Promise<EnrollmentPreview>
  confirm(link: string, consent: string): Promise<void>
  cancelEnrollment(): Promise<void>
  /** Looks at the key store again, and attests if it can sign now. */
  tryKeyAgain(): Promise<void>
  /** Failure: `agent_not_running`. */
  exceptions(): Promise<ExceptionDesk>
  takeRoute(): Route | null
  /** Failure: `agent_not_running`. */
  privacy(): Promise<PrivacyDesk>
  history(): Promise<Pick<HistoryDesk, 'page'>>
  window(): Promise<WindowDesk>
}

/** The request table, row by row. */
export function requestHandlers(actions: AgentActions): RequestHandlers {
  return {
    'agent/snapshot': async () => actions.snapshot(),
    async 'posture/check-now'() {
      await actions.checkNow()
      return actions.snapshot()
    },
    'enrollment/preview': ({ link }) => actions.preview(link),
    async 'enrollment/confirm'({ link, consent }) {
      await actions.confirm(link, consent)
      return actions.snapshot()
    },
    'enrollment/cancel': () => actions.cancelEnrollment(),
    'route/take': async () => ({ route: actions.takeRoute() }),
    'privacy/catalogue': async () => (await actions.privacy()).catalogue(),
    'privacy/sent': async (question) => (await actions.privacy()).sent(question),
    'privacy/payload': async ({ id }) => (await actions.privacy()).payload(id),
    'privacy/save': async ({ id }) => (await actions.window()).savePayload(id),
    async 'privacy/accept-fields'({ fields }) {
      await (await actions.privacy()).accept(fields)
      return actions.snapshot()
    },
    async 'key/try-again'() {
      await actions.tryKeyAgain()
      return actions.snapshot()
    },
    'exception/form': async (question) => (await actions.exceptions()).form(question),
    'exception/preview': async (question) => (await actions.exceptions()).preview(question),
    'exception/submit': async (question) => (await actions.exceptions()).submit(question),
    'exception/show': async (question) => (await actions.exceptions()).show(question),
    'exception/withdraw': async (question) => (await actions.exceptions()).withdraw(question),
    'exception/surrender': async (question) => (await actions.exceptions()).surrender(question),
    'exception/reply': async (question) => (await actions.exceptions()).reply(question),
    'reply/keep': async (question) => (await actions.exceptions()).keepReply(question),
    'reply/kept': async (question) => (await actions.exceptions()).keptReply(question),
    'draft/save': async (question) => (await actions.exceptions()).saveDraft(question),
    'draft/discard': async (question) => (await actions.exceptions()).discardDraft(question),
    'history/page': async (question) => (await actions.history()).page(question),
    'exception/open-step-up': async ({ request_id }) => (await actions.window()).open({ kind: 'step-up', request_id }),
    async 'reminder/snooze'(question) {
      await (await actions.window()).snooze(question)
      return actions.snapshot()
    },
    'settings/read': async () => (await actions.window()).settings(),
    'settings/change': async (change) => (await actions.window()).changeSettings(change),
    'settings-link/open': async (what) => (await actions.window()).open(what),
    'diagnostics/preview': async ({ language }) => (await actions.window()).diagnostics(language),
    'diagnostics/save': async ({ text }) => (await actions.window()).saveText(text),
    'clipboard/copy': async ({ text }) => (await actions.window()).copy(text),
    'app/quit': async () => (await actions.window()).quit(),
  }
}
