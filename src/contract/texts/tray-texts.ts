import type { liveGrantStates, openRequestStates } from '../../domain/exceptions/states.ts'

/** The rows of the tray's menu, in one language. Its sentence of the state is the one that window and command line say. */
export type TrayTexts = {
  readonly actions: {
    readonly openPostern: string
    readonly checkNow: string
    readonly checking: string
    readonly tryAgain: string
    readonly update: string
    readonly updateReady: string
    readonly enroll: string
    readonly enrollAgain: string
    readonly howToFix: string
    readonly requestException: string
    readonly whatWeSend: string
    readonly settings: string
    readonly quit: string
  }
  readonly findings: {
    readonly compared: string
    readonly seen: string
    readonly notRead: string
    readonly notReported: string
    readonly fixBy: string
    readonly more: string
  }
  readonly asksForConfirmation: string
  readonly exceptionOf: string
  readonly severalChecks: string
  readonly exceptions: {
    readonly open: { readonly [State in (typeof openRequestStates)[number]]: string }
    readonly counted: string
    readonly approved: string
    readonly live: { readonly [State in (typeof liveGrantStates)[number]]: string }
    /** Where it is not told when it ends. */
    readonly liveWithoutEnd: { readonly [State in (typeof liveGrantStates)[number]]: string }
    readonly more: string
  }
  readonly fileKey: string
  readonly managedBy: string
  readonly version: string
}
