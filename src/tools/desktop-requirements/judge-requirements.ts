import type { Proof, Requirement } from './requirements-page.ts'
import { isKnownSkip } from './skip-reasons.ts'

/** One test as the runner reports it. `reason`: why it did not run. */
export type RanTest = {
  readonly file: string
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped'
  readonly reason?: string
}

/** There are so many requirements of the desktop app, numbered without gaps. */
export const requirementCount = 67

/** Which requirements may wait, and for what. Nothing else may. */
export const laterSteps: { readonly [number: number]: string } = {
  ...Object.fromEntries([17, 18, 19, 20, 21, 22, 23, 46, 47, 48, 49, 50, 51].map((number) => [number, 'packaging'])),
  61: 'browser sign-in (M2)',
}

/**
 * What is wrong with the table, in sentences; empty: every requirement is proven by tests that ran and passed in this
 * run, or waits for a step that it may wait for.
 */
export function judgeRequirements(rows: readonly Requirement[], ran: readonly RanTest[]): readonly string[] {
  const numbers = rows.map(({ number }) => number)
  const wanted = Array.from({ length: requirementCount }, (_, at) => at + 1)
  const missing = wanted.filter((number) => !numbers.includes(number)).map((number) => `${number} is not in the table`)
  const odd = numbers
    .filter((number, at) => numbers.indexOf(number) !== at || !wanted.includes(number))
    .map((number) => `${number} does not belong there, or stands twice`)
  return [...missing, ...odd, ...rows.flatMap((row) => faultsOf(row, ran))]
}

function faultsOf({ number, proofs }: Requirement, ran: readonly RanTest[]): readonly string[] {
  return proofs.flatMap((proof) => faultsOfProof(number, proof, ran))
}

function faultsOfProof(number: number, proof: Proof, ran: readonly RanTest[]): readonly string[] {
  switch (proof.kind) {
    case 'unreadable':
      return [`${number}: "${proof.text}" names neither a test nor a later step`]
    case 'not-yet':
      return laterSteps[number] === proof.step ? [] : [`${number} may not wait for "${proof.step}"`]
    case 'test': {
      const named = ran.filter((test) => test.file === proof.file && test.name.startsWith(proof.name))
      if (named.length === 0) return [`${number}: no test of ${proof.file} begins with "${proof.name}"`]
      return named.flatMap((test) => faultOf(number, test))
    }
  }
}

function faultOf(number: number, { file, name, state, reason = '' }: RanTest): readonly string[] {
  if (state === 'passed') return []
  if (state === 'failed') return [`${number}: failed: ${file} › ${name}`]
  return isKnownSkip(reason) ? [] : [`${number}: did not run (${reason || 'no reason given'}): ${file} › ${name}`]
}
