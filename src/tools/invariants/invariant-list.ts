/** An invariant of the exceptions, by its number; `step` is the version that has to hold it, whole or in part. */
export type Invariant = { readonly number: number; readonly name: string; readonly step: string }

/** All of them, in the order of the design, each in short. */
export const invariants: readonly Invariant[] = [
  { number: 1, step: '1', name: 'a grant is usable from not_before to the second before not_after, and never again' },
  { number: 2, step: '1', name: 'a session ends at not_after at the latest, whenever it was opened' },
  { number: 3, step: '1', name: 'a grant is never longer than asked, nor than the smallest cap' },
  { number: 4, step: '1', name: 'a terminal state answers request_closed to every vote, and mints no further grant' },
  { number: 5, step: '1', name: 'clocks of devices, time zones and a wall clock set back change no decision' },
  { number: 6, step: '1 pending, 2 rest', name: 'however long it was pending, the full granted duration' },
  { number: 7, step: '1', name: 'requester, subject and their delegates never vote' },
  { number: 8, step: '1', name: 'one person counts once, by whatever way' },
  { number: 9, step: '1', name: 'votes at once tally as some serial order would, and mint one grant at most' },
  { number: 10, step: '1, 2 offers', name: 'a vote on one digest never counts for another' },
  { number: 11, step: '1', name: 'nothing is approved by nobody' },
  { number: 12, step: '1', name: 'deny and approve in any order is denied; the clock alone never approves' },
  { number: 13, step: '1', name: 'pools are those of submission and of now, both' },
  { number: 14, step: '1', name: 'eligibility withdrawn between check and write: the vote is not written' },
  { number: 15, step: '1', name: 'only people vote; a mapped chat identity is judged as the person' },
  { number: 16, step: '1', name: 'a grant changes nothing outside itself' },
  { number: 17, step: '1', name: 'a smaller grant allows no more' },
  { number: 18, step: '1', name: 'one grant more never removes access' },
  { number: 19, step: '1', name: 'what another grant covers stays allowed when one ends' },
  { number: 20, step: '1', name: 'what was not read is neither met nor excepted' },
  { number: 21, step: '1', name: 'a grant is of one device and key' },
  { number: 22, step: '1', name: 'the same input gets the same decision wherever it is asked' },
  { number: 23, step: '1', name: 'the shown state is the fold of every prefix of the log' },
  { number: 24, step: '1', name: 'a row that policy and log do not yield is inert' },
  { number: 25, step: '1', name: 'one leaf for each move, from which the projections can be rebuilt' },
  { number: 26, step: '1', name: 'any leaf tampered with fails verification; checkpoints are consistent' },
  { number: 27, step: '1 commitments, 2 erasure', name: 'personal data erased, every proof verifies' },
  { number: 28, step: '1', name: 'rolling caps hold under concurrency and every way around' },
  { number: 29, step: '2', name: 'each break glass has one obligation' },
  { number: 30, step: '3', name: 'an offline gateway uses signed grants only, and mints nothing' },
  { number: 31, step: '1, 3', name: 'a restored older database is found before the first act' },
  { number: 32, step: '1', name: 'a failing evaluator refuses, in any slot' },
]

/** Whether this version has to hold it. */
export function isDue({ step }: Invariant): boolean {
  return /^1\b/.test(step)
}

const numbered = /^(\d+(?:(?:, | and )\d+)*)(?:: | )/

/** The numbers that the name of a suite begins with: `9 and 14: races` is of both. */
export function numbersOf(suite: string): readonly number[] {
  const found = numbered.exec(suite)?.[1]
  return found === undefined ? [] : found.split(/, | and /).map(Number)
}

/** What a suite of this invariant is called, as a pattern for the test runner. */
export function patternOf(number: number): string {
  return `^(?:\\d+(?:, | and ))*${number}(?:, | and |: | )`
}
