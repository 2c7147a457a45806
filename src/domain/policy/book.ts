import type { ExceptionOffer } from '../exceptions/exception-offer.ts'
import type { OperatingSystem } from '../operating-system.ts'
import type { Combined } from './combine.ts'
import type { Condition, MatchInput, WhenInput } from './conditions.ts'
import type { ApprovalPolicy, ApprovalRule, DocumentKind, ExceptionPolicy, Policy } from './documents.ts'
import type { BookCheck, Hashed } from './hashed.ts'

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
export type Book = BookContents & {
  /** What exception offers depend on: the variables that any condition reads, and when approval rules end. */
  readonly offerInputs: { readonly uses: ReadonlySet<string>; readonly ruleEnds: readonly number[] }
  readonly memo: BookMemo
}

/** A book ready to judge by. Its memos fill while it is used. */
export function assembleBook(contents: BookContents): Book {
  const rules = contents.approvalPolicies.flatMap((policy) => policy.rules)
  const conditions = [
    ...contents.exceptionPolicies.map(({ match }) => match),
    ...contents.approvalPolicies.map(({ match }) => match),
    ...rules.map(({ when }) => when),
  ]
  return {
    ...contents,
    offerInputs: {
      uses: new Set(conditions.flatMap(({ uses }) => [...uses])),
      ruleEnds: rules.flatMap(({ rule }) => rule.validUntil ?? []),
    },
    memo: { scopes: new Map(), combined: new Map(), offers: new Map() },
  }
}

/** Answers that depend on the book and the key alone. Forgetting one costs time, never a different answer. */
export type BookMemo = {
  readonly scopes: Map<string, Scope>
  readonly combined: Map<string, Combined>
  readonly offers: Map<string, ExceptionOffer>
}

/** The policies that groups and resource select, whatever the time. `timed`: some of them end, or leave somebody out. */
export type Scope = {
  readonly policies: readonly Hashed<Policy>[]
  readonly timed: boolean
  readonly perPlatform: Map<OperatingSystem, Combined>
}
