import { fillText } from '#contract/fill-text.ts'
import { loadBook } from '#gateway/policy/load-book.ts'
import { exitCode } from '../exit-codes.ts'
import { policyContext } from '../policy-context.ts'
import { plainText } from '../print/plain-text.ts'
import { remarkLines } from '../print/remark-lines.ts'
import type { RunCommand } from '../words.ts'

/** Says what is wrong in the documents of a folder: exit 0 nothing but warnings, 1 an error, 2 no readable documents. */
export const policyLint: RunCommand = async (words, terminal) => {
  const { texts, paint } = terminal
  const { folder, context } = await policyContext(words, terminal)
  const loaded = await loadBook(folder, context)
  const { remarks } = loaded
  const errors = remarks.filter(({ severity }) => severity === 'error').length
  const documents = loaded.kind === 'loaded' ? loaded.documents.length : undefined
  const isUnreadable = remarks.some(({ file, path }) => file === folder && path === '')
  const exit = isUnreadable ? exitCode.couldNotRun : errors > 0 ? exitCode.no : exitCode.yes

  if (words.isSet('json')) {
    const book = loaded.kind === 'loaded' ? loaded.book.hash : null
    terminal.out(
      JSON.stringify({ folder, loads: loaded.kind === 'loaded', book, documents: documents ?? null, remarks }),
    )
    return exit
  }
  for (const line of remarkLines(remarks, terminal)) terminal.out(line)
  const dir = plainText(folder)
  if (remarks.length === 0) terminal.out(paint.good(fillText(texts.policy.clean, { n: documents ?? 0, dir })))
  else
    terminal.out(
      `\n${paint.strong(fillText(texts.policy.remarks, { errors, warnings: remarks.length - errors, dir }))}`,
    )
  return exit
}
