import type { ExceptionDesk } from '#agent/exceptions/exception-desk.ts'
import { catalogueFields } from '#agent/privacy/field-catalogue.ts'
import type { EnrollmentPreview, RequestHandlers, Snapshot } from '#contract/ipc.ts'

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
    'privacy/catalogue': async () => ({ fields: [...catalogueFields] }),
    'privacy/payload': async () => ({ sent: actions.snapshot().sent }),
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
    'draft/save': async (question) => (await actions.exceptions()).saveDraft(question),
    'draft/discard': async (question) => (await actions.exceptions()).discardDraft(question),
    'history/page': async (question) => (await actions.exceptions()).history(question),
  }
}
