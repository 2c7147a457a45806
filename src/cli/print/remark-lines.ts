import { fillText } from '#contract/fill-text.ts'
import type { CliTexts } from '#contract/texts/cli-texts.ts'
import type { Remark } from '#gateway/policy/remark.ts'
import type { Paint } from './paint.ts'
import { plainText } from './plain-text.ts'
import { indentText } from './wrap-text.ts'

/** `file:line`, how bad, where and what; below it what to write instead. */
export function remarkLines(
  remarks: readonly Remark[],
  { texts, paint, columns }: { readonly texts: CliTexts; readonly paint: Paint; readonly columns: number },
): readonly string[] {
  return remarks.flatMap((remark) => {
    const isError = remark.severity === 'error'
    const word = isError ? paint.bad(texts.common.error) : paint.attention(texts.common.warning)
    const says = plainText(remark.path === '' ? remark.says : `${remark.path}: ${remark.says}`)
    const instead = plainText(fillText(texts.common.instead, { instead: remark.instead }))
    return [
      `${paint.strong(plainText(`${remark.file}:${remark.line}`))}  ${word}`,
      ...indentText(says, columns, '  '),
      ...indentText(instead, columns, '  ').map(paint.faint),
    ]
  })
}
