/** The nine checks of audit.md section 11. */
export const bundleChecks = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const
export type BundleCheck = (typeof bundleChecks)[number]

/** Where a chain of reasoning stopped: the first place that does not fit. `index` is a leaf's, `file` a bundle's. */
export type Break = {
  readonly check: BundleCheck
  readonly index: number | null
  readonly file: string | null
  readonly says: string
}

export const countNames = [
  'leaves',
  'checkpoints',
  'requests',
  'requestsBegunBefore',
  'grants',
  'signedActs',
  'signedVotes',
  'unsignedVotes',
  'decisions',
  'lateDecisions',
  'attachmentsErased',
  'bodiesErased',
  'termsErased',
  'attachmentsWithheld',
  'personsWithheld',
  'signaturesErased',
  'signaturesWithheld',
  'unknownTypes',
  'missing',
] as const
export type CountName = (typeof countNames)[number]

/** What was found. `missing` names the first things that are not there, as text. */
export type Verification = {
  readonly logId: string | null
  readonly range: { readonly from: number; readonly to: number } | null
  readonly breaks: readonly Break[]
  readonly missing: readonly string[]
  /** The first hundred things that a later leaf says were erased, as text. */
  readonly erased: readonly string[]
  readonly counts: { readonly [Name in CountName]: number }
  /** 0 verified, 1 something does not fit, 3 fits as far as readable. */
  readonly exit: 0 | 1 | 3
  /** The last good checkpoint, for the next run's `--from`. */
  readonly last: string | null
}

/** Collects findings: per check only the first break counts, and of what is missing only the first hundred are named. */
export type Findings = {
  fail(check: BundleCheck, says: string, where?: { readonly index?: number; readonly file?: string }): void
  isBroken(check: BundleCheck): boolean
  count(name: CountName, by?: number): void
  miss(what: string): void
  erase(name: 'attachmentsErased' | 'bodiesErased' | 'termsErased', what: string): void
  close(place: Pick<Verification, 'logId' | 'range' | 'last'>): Verification
}

export function collectFindings(): Findings {
  const breaks = new Map<BundleCheck, Break>()
  const missing: string[] = []
  const erased: string[] = []
  const counts = new Map<CountName, number>(countNames.map((name) => [name, 0]))
  const of = (name: CountName) => counts.get(name) ?? 0
  const count = (name: CountName, by = 1) => {
    counts.set(name, of(name) + by)
  }
  return {
    fail(check, says, { index = null, file = null }: { index?: number | null; file?: string | null } = {}) {
      if (!breaks.has(check)) breaks.set(check, { check, index, file, says })
    },
    isBroken: (check) => breaks.has(check),
    count,
    miss(what) {
      count('missing')
      if (missing.length < 100) missing.push(what)
    },
    erase(name, what) {
      count(name)
      if (erased.length < 100) erased.push(what)
    },
    close(place) {
      const isPartly = of('missing') + of('unknownTypes') + of('signaturesErased') + of('signaturesWithheld') > 0
      return {
        ...place,
        breaks: [...breaks.values()].sort((left, right) => left.check - right.check),
        missing,
        erased,
        counts: countsOf(of),
        exit: breaks.size > 0 ? 1 : isPartly ? 3 : 0,
      }
    },
  }
}

function countsOf(of: (name: CountName) => number): Verification['counts'] {
  return {
    leaves: of('leaves'),
    checkpoints: of('checkpoints'),
    requests: of('requests'),
    requestsBegunBefore: of('requestsBegunBefore'),
    grants: of('grants'),
    signedActs: of('signedActs'),
    signedVotes: of('signedVotes'),
    unsignedVotes: of('unsignedVotes'),
    decisions: of('decisions'),
    lateDecisions: of('lateDecisions'),
    attachmentsErased: of('attachmentsErased'),
    bodiesErased: of('bodiesErased'),
    termsErased: of('termsErased'),
    attachmentsWithheld: of('attachmentsWithheld'),
    personsWithheld: of('personsWithheld'),
    signaturesErased: of('signaturesErased'),
    signaturesWithheld: of('signaturesWithheld'),
    unknownTypes: of('unknownTypes'),
    missing: of('missing'),
  }
}
