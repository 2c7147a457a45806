import { describe, expect, it } from 'vitest'
import { countCases, faultsOf, listText } from '#tools/invariants/count-cases.ts'
import { invariants, numbersOf, patternOf } from '#tools/invariants/invariant-list.ts'

const two = invariants.filter(({ number }) => number === 9 || number === 29)

function aReport(...suites: readonly (readonly [suite: string, status: string, runs?: number])[]) {
  return {
    testResults: [
      {
        name: '/root/test/a.test.ts',
        assertionResults: suites.map(([suite, status, propertyRuns]) => ({
          ancestorTitles: [suite],
          title: 'a fact',
          status,
          ...(propertyRuns === undefined ? {} : { meta: { propertyRuns } }),
        })),
      },
    ],
  }
}

const count = (report: ReturnType<typeof aReport>) => countCases(report, two, (file) => file.replace('/root/', ''))

describe('The name of a suite', () => {
  it.each<readonly [string, readonly number[]]>([
    ['9 k concurrent votes', [9]],
    ['9 and 14: races for one position', [9, 14]],
    ['4, 7, 12 and 23: any history', [4, 7, 12, 23]],
    ['The nine classes', []],
    ['9th row', []],
    ['2026-01-01', []],
  ])('%s: begins with %j', (name, numbers) => {
    expect(numbersOf(name)).toEqual(numbers)
    for (const { number } of invariants)
      expect(new RegExp(patternOf(number)).test(`${name} a fact`), `${number}`).toBe(numbers.includes(number))
  })
})

describe('A report', () => {
  it('is counted by number, with files and generated inputs', () => {
    const cases = count(aReport(['9 votes', 'passed', 300], ['9 and 14: races', 'passed', 100], ['A vote', 'passed']))
    expect(cases[0]).toMatchObject({ files: ['test/a.test.ts'], passed: 2, others: 0, runs: 400 })
    expect(faultsOf(cases)).toEqual([]) // 29 is not due yet
    expect(listText(cases)).toContain('[1]: 2 cases, 400 generated inputs\n      test/a.test.ts')
    expect(listText(cases)).toContain('[2]: no test yet')
  })

  it('without a test of an invariant that is due is wrong, and so is one that did not pass', () => {
    expect(faultsOf(count(aReport(['29 later', 'passed'])))).toEqual(['9: no test has its number'])
    for (const status of ['failed', 'skipped', 'pending'])
      expect(faultsOf(count(aReport(['9 votes', 'passed'], ['9 votes', status])))).toEqual([
        '9: 1 of its tests did not pass',
      ])
  })
})

describe('The list of invariants', () => {
  it('has each number once, and names those of this version', () => {
    expect(invariants.map(({ number }) => number)).toEqual(Array.from({ length: 32 }, (_, at) => at + 1))
    expect(faultsOf(countCases({ testResults: [] }, invariants, String))).toHaveLength(30)
  })
})
