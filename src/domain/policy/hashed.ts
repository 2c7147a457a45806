import type { OperatingSystem } from '../operating-system.ts'
import type { Condition, PassInput } from './conditions.ts'
import type { Check, LocalText, PolicyDocument } from './documents.ts'

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
