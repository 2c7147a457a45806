import type { RefusalCode } from '../../domain/exceptions/moves.ts'
import type { StepUpLevel } from '../../domain/policy/documents.ts'

/** What windows and command line say alike of a request: why it is refused, and how a person proves that it is they. */
export type ExceptionWords = {
  readonly refusals: { readonly [Code in RefusalCode]: string }
  readonly stepUps: { readonly [Level in StepUpLevel]: string }
}

export const exceptionWordsEn: ExceptionWords = {
  refusals: {
    not_exemptable: 'No exceptions are allowed for this check here',
    check_not_failing: 'The check does not fail now',
    outside_policy: 'A resource is not one that is judged for you',
    device_silent: 'This device has not reported for too long',
    duration: 'That is longer than allowed',
    total: 'The total of past and running exceptions is used up',
    quota: 'There were too many requests',
    cooldown: 'It is too soon after the last exception or denial',
    open_at_once: 'Too many requests are open',
    no_quorum: 'There are not enough people who could approve',
    obligation_overdue: 'A review you owe is overdue',
    justification: 'The reason, ticket or fix date is not what is asked for',
  },
  stepUps: {
    session: 'signed in',
    'any-mfa': 'a second factor',
    webauthn: 'a passkey',
    'webauthn-uv': 'a passkey with PIN or fingerprint',
  },
}

export const exceptionWordsDe: ExceptionWords = {
  refusals: {
    not_exemptable: 'Für diese Prüfung sind hier keine Ausnahmen erlaubt',
    check_not_failing: 'Die Prüfung schlägt gerade nicht fehl',
    outside_policy: 'Eine Ressource wird für Sie gar nicht beurteilt',
    device_silent: 'Dieses Gerät hat zu lange nichts gemeldet',
    duration: 'Das ist länger als erlaubt',
    total: 'Die Summe vergangener und laufender Ausnahmen ist aufgebraucht',
    quota: 'Es waren zu viele Anträge',
    cooldown: 'Es ist zu kurz nach der letzten Ausnahme oder Ablehnung',
    open_at_once: 'Zu viele Anträge sind offen',
    no_quorum: 'Es gibt nicht genug Menschen, die zustimmen könnten',
    obligation_overdue: 'Eine Nachprüfung von Ihnen ist überfällig',
    justification: 'Begründung, Ticket oder Datum sind nicht wie verlangt',
  },
  stepUps: {
    session: 'angemeldet',
    'any-mfa': 'ein zweiter Faktor',
    webauthn: 'ein Passkey',
    'webauthn-uv': 'ein Passkey mit PIN oder Fingerabdruck',
  },
}
