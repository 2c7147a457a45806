import type { DoctorFindingId } from '#contract/texts/cli-texts.ts'

export type Severity = 'fine' | 'note' | 'wrong' | 'unknown'

/** Something that was found, and what fills its sentences in. */
export type Finding = {
  readonly id: DoctorFindingId
  readonly values: { readonly [name: string]: string | number }
}

export function finding(id: DoctorFindingId, values: Finding['values'] = {}): Finding {
  return { id, values }
}

/** How bad each finding is. `unknown` is never fine. */
export const severities: { readonly [Id in DoctorFindingId]: Severity } = {
  'state-folder/fine': 'fine',
  'state-folder/absent': 'note',
  'state-folder/not-ours': 'wrong',
  'state-folder/open-to-others': 'wrong',
  'state-folder/not-a-folder': 'wrong',
  'state-folder/denied': 'wrong',
  'state-folder/too-new': 'wrong',
  'state-folder/unreadable': 'wrong',
  'agent/running': 'fine',
  'agent/none': 'note',
  'agent/stopped': 'wrong',
  'agent/not-understood': 'wrong',
  'session-bus/fine': 'fine',
  'session-bus/absent': 'wrong',
  'session-bus/unknown': 'unknown',
  'key-store/fine': 'fine',
  'key-store/file': 'note',
  'key-store/locked': 'wrong',
  'key-store/unavailable': 'wrong',
  'key-store/no-collection': 'wrong',
  'key-store/missing': 'wrong',
  'key-store/none-yet': 'fine',
  'key-store/unreadable': 'wrong',
  'enrollment/active': 'fine',
  'enrollment/pending': 'note',
  'enrollment/none': 'note',
  'gateway/reached': 'fine',
  'gateway/unreachable': 'wrong',
  'gateway/untrusted': 'wrong',
  'gateway/other-identity': 'wrong',
  'gateway/not-understood': 'wrong',
  'gateway/not-asked': 'note',
  'clock/fine': 'fine',
  'clock/differs': 'wrong',
  'clock/unknown': 'unknown',
  'report/fine': 'fine',
  'report/old': 'wrong',
  'report/none': 'note',
  'managed/none': 'fine',
  'managed/governed': 'fine',
  'managed/ignored': 'wrong',
  'managed/unknown-key': 'note',
  'book/loaded': 'fine',
  'book/warnings': 'note',
  'book/refused': 'wrong',
  'book/no-settings': 'wrong',
}
