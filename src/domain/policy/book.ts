import type { OperatingSystem } from '../operating-system.ts'
import type { Combined } from './combine.ts'
import type { Condition, MatchInput, PassInput, WhenInput } from './conditions.ts'
import type {
  ApprovalPolicy,
  ApprovalRule,
  Check,
  DocumentKind,
  ExceptionPolicy,
  LocalText,
  Policy,
  PolicyDocument,
} from './documents.ts'

/** A document and the hash of its normalised form. `ref` is `id@` and the first eight characters of the hash. */
export type Hashed<Document extends PolicyDocument> = {
  readonly document: Document
  readonly hash: string
  readonly ref: string
}

export type BookCheck = Hashed<Check> & {
  /** Compiled with the platform's parameters, for each platform that the check covers. */
  readonly pass: { readonly [Platform in OperatingSystem]?: Condition<PassInput> }
  /** `expected` with the parameters filled in, for each platform that the check covers. */
  readonly expected: { readonly [Platform in OperatingSystem]?: LocalText }
}

export type BookExceptionPolicy = Hashed<ExceptionPolicy> & { readonly match: Condition<MatchInput> }
export type BookRule = { readonly rule: ApprovalRule; readonly when: Condition<WhenInput> }
export type BookApprovalPolicy = Hashed<ApprovalPolicy> & {
  readonly match: Condition<MatchInput>
  readonly rules: readonly BookRule[]
}

/** What a book is made of. `documents` is sorted by kind, id and hash; `hash` is the hash of that list. */
export type BookContents = {
  readonly hash: string
  readonly documents: readonly { readonly kind: DocumentKind; readonly id: string; readonly hash: string }[]
  readonly checks: ReadonlyMap<string, BookCheck>
  readonly policies: readonly Hashed<Policy>[]
  readonly exceptionPolicies: readonly BookExceptionPolicy[]
  readonly approvalPolicies: readonly BookApprovalPolicy[]
}

/** All published documents of one version, compiled, with what follows from them alone remembered. */
export type Book = BookContents & { readonly memo: BookMemo }

/** Answers that depend on the book and the key alone. Forgetting one costs time, never a different answer. */
export type BookMemo = {
  readonly scopes: Map<string, Scope>
  readonly combined: Map<string, Combined>
  readonly offers: Map<string, unknown>
}

/** The policies that groups and resource select, whatever the time. `timed`: some of them end, or leave somebody out. */
export type Scope = {
  readonly policies: readonly Hashed<Policy>[]
  readonly timed: boolean
  readonly perPlatform: Map<OperatingSystem, Combined>
}
