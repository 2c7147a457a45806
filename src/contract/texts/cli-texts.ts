import type { RefusalCode } from '../../domain/exceptions/moves.ts'
import type { GrantState, RequestState } from '../../domain/exceptions/states.ts'
import type { StepUpLevel } from '../../domain/policy/documents.ts'
import type { KeyWords } from './key-words.ts'
import type { StateWords } from './state-words.ts'

/** Verbs of the command line, as they are typed. */
export const cliCommands = [
  'status',
  'check',
  'request',
  'request list',
  'request show',
  'request reply',
  'request withdraw',
  'request surrender',
  'token',
  'doctor',
  'doctor proxy',
  'agent',
  'agent enroll',
  'agent stop',
  'agent leave',
  'gateway',
  'gateway token',
  'gateway recover-chains',
  'gateway invite',
  'gateway new-log',
  'policy lint',
  'policy test',
  'policy publish',
  'policy simulate',
  'audit verify',
  'audit erase',
] as const
export type CliCommand = (typeof cliCommands)[number]

export const cliOptions = [
  'admin',
  'asset-tag',
  'category',
  'check',
  'check-listen',
  'config',
  'control',
  'coverage',
  'data',
  'database-url',
  'development',
  'dir',
  'fix-by',
  'for',
  'from',
  'issuer',
  'json',
  'keys',
  'listen',
  'ownership',
  'reason',
  'resource',
  'state',
  'text',
  'ticket',
  'until',
  'yes',
] as const
export type CliOption = (typeof cliOptions)[number]

/** Everything `postern doctor` can find, as `<subject>/<case>`. */
export const doctorFindings = [
  'state-folder/fine',
  'state-folder/absent',
  'state-folder/not-ours',
  'state-folder/open-to-others',
  'state-folder/not-a-folder',
  'state-folder/denied',
  'state-folder/too-new',
  'state-folder/unreadable',
  'agent/running',
  'agent/none',
  'agent/stopped',
  'agent/not-understood',
  'session-bus/fine',
  'session-bus/absent',
  'session-bus/unknown',
  'key-store/fine',
  'key-store/file',
  'key-store/locked',
  'key-store/unavailable',
  'key-store/no-collection',
  'key-store/missing',
  'key-store/none-yet',
  'key-store/unreadable',
  'enrollment/active',
  'enrollment/pending',
  'enrollment/none',
  'gateway/reached',
  'gateway/unreachable',
  'gateway/untrusted',
  'gateway/other-identity',
  'gateway/not-understood',
  'gateway/not-asked',
  'clock/fine',
  'clock/differs',
  'clock/unknown',
  'report/fine',
  'report/old',
  'report/none',
  'managed/none',
  'managed/governed',
  'managed/ignored',
  'managed/unknown-key',
  'book/loaded',
  'book/warnings',
  'book/refused',
  'book/no-settings',
] as const
export type DoctorFindingId = (typeof doctorFindings)[number]

/** What it is, why it is so, what to do. `{name}` is filled in. */
export type DoctorText = { readonly says: string; readonly why?: string; readonly todo?: string }

/** Every sentence of the command line, in one language; apart from the windows' sentences, which it does not need. */
export type CliTexts = {
  readonly help: {
    readonly about: string
    readonly usage: string
    readonly commands: string
    readonly onThisDevice: string
    readonly atTheGateway: string
    readonly options: string
    readonly arguments: string
    readonly showHelp: string
    readonly showVersion: string
    readonly more: string
    readonly commandWord: string
    readonly optionsWord: string
  }
  readonly commands: { readonly [Command in CliCommand]: string }
  readonly options: { readonly [Option in CliOption]: string }
  /** Where an option says something else at one command. */
  readonly optionsOf: { readonly [Place in 'request for' | 'request yes']: string }
  readonly usage: {
    readonly unknownCommand: string
    readonly unknownOption: string
    readonly missingArgument: string
    readonly missingValue: string
    readonly missingOption: string
    readonly tooMany: string
    readonly wrongValue: string
    readonly notUsable: string
    readonly didYouMean: string
    readonly seeHelp: string
    readonly bothSet: string
    readonly fileUnreadable: string
  }
  readonly bug: {
    readonly title: string
    readonly recorded: string
    readonly unrecorded: string
    readonly inAgent: string
    readonly unknownFailure: string
  }
  readonly common: {
    readonly next: string
    readonly yes: string
    readonly no: string
    readonly yesNo: string
    readonly none: string
    readonly unknown: string
    readonly days: string
    readonly error: string
    readonly warning: string
    readonly instead: string
    readonly administrator: string
  }
  readonly asking: {
    readonly agent: string
    readonly readings: string
    readonly gateway: string
    readonly enrolling: string
  }
  readonly states: StateWords
  readonly status: {
    readonly needsAttention: string
    readonly notRead: string
    readonly fixBy: string
    readonly excepted: string
    readonly passing: string
    readonly onePassing: string
    readonly observed: string
    readonly required: string
    readonly blocks: string
    readonly nothingYet: string
    readonly since: string
    readonly until: string
    readonly toDo: string
    readonly resource: string
    readonly access: string
    readonly because: string
    readonly allow: string
    readonly challenge: string
    readonly refuse: string
    readonly organisation: string
    readonly owner: string
    readonly device: string
    readonly key: string
    readonly verdict: string
    readonly sent: string
    readonly nothingSent: string
    readonly noReportYet: string
    readonly sentAt: string
    readonly nextReport: string
    readonly stream: {
      readonly off: string
      readonly connecting: string
      readonly open: string
      readonly waiting: string
    }
    readonly noVerdict: string
    readonly lastFailure: string
    readonly ignoredFiles: string
    readonly verdicts: StateWords['verdicts']
    readonly next: {
      readonly enroll: string
      readonly unlock: string
      readonly check: string
      readonly doctor: string
      readonly fix: string
      readonly update: string
      readonly wait: string
      readonly ask: string
    }
  }
  readonly keyReasons: KeyWords['reasons']
  readonly keyStores: KeyWords['stores']
  readonly check: {
    readonly signal: string
    readonly reading: string
    readonly source: string
    readonly notRead: string
    readonly doesNotApply: string
    readonly allRead: string
    readonly someRead: string
    readonly byAgent: string
    readonly byCommand: string
  }
  readonly agent: {
    readonly running: string
    readonly development: string
    readonly production: string
    readonly place: string
    readonly endpoint: string
    readonly stopping: string
    readonly stopped: string
    readonly ends: string
  }
  readonly enroll: {
    readonly asks: string
    readonly developmentMode: string
    readonly mayBeSent: string
    readonly readings: string
    readonly beside: string
    readonly neverCollected: string
    readonly nothingYet: string
    readonly continue: string
    readonly enrollWith: string
    readonly gateway: string
    readonly collects: string
    readonly collectsUnknown: string
    readonly seenBy: string
    readonly keptFor: string
    readonly contact: string
    readonly privacy: string
    readonly enroll: string
    readonly declined: string
    readonly declinedAfterLook: string
    readonly enrolled: string
    readonly waiting: string
    readonly cannotAsk: string
    readonly nextAgent: string
    readonly collectsAll: string
    readonly seenByWhom: string
  }
  readonly request: {
    readonly noVerdict: string
    readonly noneFailing: string
    readonly notFailing: string
    readonly notOffered: string
    readonly failingNow: string
    readonly chooseCheck: string
    readonly whichResources: string
    readonly remedyFirst: string
    readonly otherwise: string
    readonly longest: string
    readonly totalLeft: string
    readonly quotaLeft: string
    readonly approvals: string
    readonly approval: string
    readonly noApproval: string
    readonly stepUp: string
    readonly controls: string
    readonly ticketForm: string
    readonly again: string
    readonly riskTier: string
    readonly lastKnown: string
    readonly howLong: string
    readonly category: string
    readonly reason: string
    readonly ticket: string
    readonly ticketNeeded: string
    readonly fixBy: string
    readonly wrongDuration: string
    readonly wrongDate: string
    readonly tooShort: string
    readonly tooLong: string
    readonly noChoice: string
    readonly summary: string
    readonly send: string
    readonly declined: string
    readonly cannotAsk: string
    readonly kept: string
    readonly sent: string
    readonly goesOn: string
    readonly openPage: string
    readonly asks: string
    readonly answered: string
    readonly reconnecting: string
    readonly liveAgain: string
    readonly unproven: string
    readonly because: string
    readonly limit: string
    readonly none: string
    readonly several: string
    readonly noneOpen: string
    readonly yourAnswer: string
    readonly check: string
    readonly resources: string
    readonly state: string
    readonly until: string
    readonly id: string
    readonly draft: string
    readonly drafts: string
    readonly thread: string
    readonly you: string
    readonly approver: string
    readonly logIndex: string
    readonly requested: string
    readonly minutes: string
    readonly hours: string
    readonly days: string
    readonly changed: string
    readonly refusals: { readonly [Code in RefusalCode]: string }
    readonly stepUps: { readonly [Level in StepUpLevel]: string }
    readonly states: { readonly [State in RequestState]: string }
    readonly grants: { readonly [State in GrantState]: string }
  }
  readonly gateway: {
    readonly ready: string
    readonly mode: string
    readonly development: string
    readonly production: string
    readonly checkListener: string
    readonly data: string
    readonly policies: string
    readonly tokens: string
    readonly firstAdmin: string
    readonly stopping: string
    readonly stopped: string
    readonly portInUse: string
    readonly portDenied: string
    readonly addressAbsent: string
    readonly tlsUnusable: string
    readonly dataUnwritable: string
    readonly fixListen: string
    readonly fixTls: string
    readonly fixData: string
  }
  readonly token: {
    /** Before the link of the owner who has no passkey yet. */
    readonly passkey: string
    readonly made: string
    readonly code: string
    readonly use: string
    readonly once: string
  }
  readonly recover: { readonly done: string; readonly until: string }
  readonly newLog: { readonly done: string; readonly next: string; readonly noLog: string; readonly fixNoLog: string }
  readonly invite: { readonly made: string; readonly once: string }
  readonly policy: {
    readonly clean: string
    readonly remarks: string
    readonly documents: string
    readonly passed: string
    readonly failed: string
    readonly summary: string
    readonly allPassed: string
    readonly noTests: string
    readonly doesNotLoad: string
    readonly untouched: string
    readonly untouchedChecks: string
    readonly untouchedRules: string
    readonly untouchedStages: string
    readonly allTouched: string
  }
  readonly audit: {
    readonly counts: string
    readonly verified: string
    readonly partly: string
    readonly broken: string
    readonly atLeaf: string
    readonly inFile: string
    readonly missing: string
    readonly unsignedVotes: string
    readonly begunBefore: string
    readonly erased: string
    readonly withheld: string
    readonly signaturesOut: string
    readonly unknownTypes: string
    readonly lateDecisions: string
    readonly noWitnesses: string
    /** What each check looks at. */
    readonly checks: { readonly [Check in 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9]: string }
  }
  readonly doctor: {
    readonly findings: { readonly [Id in DoctorFindingId]: DoctorText }
    readonly busReasons: {
      readonly [Why in 'timed-out' | 'denied' | 'unrecognised-output' | 'not-supported-here']: string
    }
    /** What is odd about a managed setting, by the kind of remark. */
    readonly remarks: {
      readonly [Kind in 'unknown-key' | 'invalid-value' | 'not-owned' | 'unreadable' | 'not-settings']: string
    }
    readonly words: { readonly fine: string; readonly note: string; readonly wrong: string; readonly unknown: string }
    readonly allFine: string
    readonly someWrong: string
    readonly oneWrong: string
    readonly someUnknown: string
    readonly why: string
    readonly todo: string
  }
}
