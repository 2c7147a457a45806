import type { KeyTier } from '../key-tier.ts'
import type { OperatingSystem } from '../operating-system.ts'
import type { SignalValue } from '../signals.ts'
import type { FailureKind, RiskFactor, RiskTier, Severity } from './documents.ts'

/**
 * A condition of a document, compiled. `holds` is a plain function of its input; that it throws is a failure of the
 * evaluator, never an answer. `uses` names the variables it reads.
 */
export type Condition<Input> = {
  readonly holds: (input: Input) => boolean
  readonly uses: ReadonlySet<string>
}

/** What `pass` sees besides the constants it was compiled with (platform and parameters). `now` is Unix seconds. */
export type PassInput = { readonly value: SignalValue; readonly now: number }

/** What `match` sees: the request, as terms would say it. */
export type MatchInput = {
  readonly request: {
    readonly mode: 'normal' | 'break_glass'
    readonly durationSeconds: number
    readonly renewal: number
    readonly platform: OperatingSystem
    readonly category: string
    readonly onBehalf: boolean
    readonly checks: readonly {
      readonly id: string
      readonly severity: Severity
      readonly covers: readonly FailureKind[]
    }[]
    readonly resources: readonly { readonly id: string; readonly tags: readonly string[]; readonly tier: RiskTier }[]
    readonly controls: readonly string[]
  }
}

/** What `when` sees. `weekday` is 1 (Monday) to 7, `hour` 0 to 23, both UTC. */
export type WhenInput = MatchInput & {
  readonly risk: { readonly tier: RiskTier; readonly score: number; readonly factors: readonly RiskFactor[] }
  readonly subject: {
    readonly status: 'active' | 'inactive'
    readonly team?: string
    readonly groups: readonly string[]
  }
  readonly device: { readonly keyTier: KeyTier; readonly ageDays: number; readonly platform: OperatingSystem }
  readonly time: { readonly offHours: boolean; readonly weekday: number; readonly hour: number }
}
