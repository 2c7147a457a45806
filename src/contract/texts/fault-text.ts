import type { SayReason } from './say-reason.ts'
import { exactSpanText } from './time-words.ts'

/** What is wrong with a value, as the `detail` of a `SchemaIssue` says it: spans as people say them, not in seconds. */
export function faultText(detail: string, locale: string, sayReason: SayReason): string {
  return sayReason(detail.replace(/\b(\d{1,9}) seconds$/, (_seconds, n: string) => exactSpanText(Number(n), locale)))
}
