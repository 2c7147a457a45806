import { fillText } from '#contract/fill-text.ts'
import { loadBook } from '#gateway/policy/load-book.ts'
import { runPolicyTests, type TestRun } from '#gateway/policy/run-policy-tests.ts'
import { exitCode } from '../exit-codes.ts'
import { policyContext } from '../policy-context.ts'
import { layTable } from '../print/lay-table.ts'
import { plainText } from '../print/plain-text.ts'
import { remarkLines } from '../print/remark-lines.ts'
import { indentText } from '../print/wrap-text.ts'
import type { Terminal } from '../terminal.ts'
import type { RunCommand } from '../words.ts'

/** Runs every PolicyTest of a folder: exit 0 all passed, 1 one failed, 2 the documents do not load. */
export const policyTest: RunCommand = async (words, terminal) => {
  const { folder, context } = await policyContext(words, terminal)
  const isJson = words.isSet('json')
  const loaded = await loadBook(folder, context)
  if (loaded.kind === 'refused') {
    if (isJson)
      terminal.out(JSON.stringify({ folder, loads: false, remarks: loaded.remarks, results: [], untouched: null }))
    else sayRefused(loaded.remarks, terminal)
    return exitCode.couldNotRun
  }
  const run = runPolicyTests(loaded.book, loaded.tests, context)
  const failed = run.results.filter(({ passed }) => !passed).length
  const exit = run.remarks.length > 0 ? exitCode.couldNotRun : failed > 0 ? exitCode.no : exitCode.yes

  if (isJson) {
    const untouched = words.isSet('coverage') ? run.untouched : null
    terminal.out(
      JSON.stringify({
        folder,
        loads: run.remarks.length === 0,
        remarks: run.remarks,
        results: run.results,
        untouched,
      }),
    )
    return exit
  }
  sayResults(run, terminal)
  if (words.isSet('coverage')) sayCoverage(run.untouched, terminal)
  if (run.remarks.length > 0) sayRefused(run.remarks, terminal)
  else saySummary(run, failed, folder, terminal)
  return exit
}

function sayRefused(remarks: TestRun['remarks'], terminal: Terminal): void {
  for (const line of remarkLines(remarks, terminal)) terminal.out(line)
  terminal.out(`\n${terminal.paint.strong(terminal.texts.policy.doesNotLoad)}`)
}

function sayResults({ results }: TestRun, { out, paint, texts, columns }: Terminal): void {
  for (const result of results) {
    const word = result.passed
      ? { text: texts.policy.passed, paint: paint.good }
      : { text: texts.policy.failed, paint: paint.bad }
    for (const line of layTable([[word, plainText(result.name)]], columns)) out(line)
    if (result.passed) continue
    out(paint.faint(`    ${plainText(`${result.file}:${result.line}`)}`))
    for (const difference of result.differences)
      for (const line of indentText(plainText(difference), columns, '      ', '    - ')) out(line)
  }
}

function sayCoverage(untouched: TestRun['untouched'], { out, texts, columns }: Terminal): void {
  const { policy } = texts
  const rows = [
    [policy.untouchedChecks, untouched.checks],
    [policy.untouchedRules, untouched.rules],
    [policy.untouchedStages, untouched.stages],
  ] as const
  const told = rows.filter(([, ids]) => ids.length > 0)
  out(`\n${told.length === 0 ? policy.allTouched : policy.untouched}`)
  for (const [name, ids] of told)
    for (const line of layTable([[name, plainText(ids.join(', '))]], columns, '  ')) out(line)
}

function saySummary(run: TestRun, failed: number, folder: string, { out, texts, paint }: Terminal): void {
  const { policy } = texts
  const n = run.results.length
  if (n === 0) return out(`\n${fillText(policy.noTests, { dir: plainText(folder) })}`)
  const says = fillText(failed === 0 ? policy.allPassed : policy.summary, { failed, n })
  out(`\n${failed === 0 ? paint.good(says) : paint.bad(says)}`)
}
