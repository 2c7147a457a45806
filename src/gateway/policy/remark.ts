/** Something about a document: where it stands, what is wrong, what to write instead. Errors keep a book from loading. */
export type Remark = {
  readonly severity: 'error' | 'warning'
  readonly file: string
  /** From 1. */
  readonly line: number
  /** `Policy everyday, require[0].check`. */
  readonly path: string
  readonly says: string
  readonly instead: string
}

export type DocumentPath = readonly (string | number)[]

/** `require[0].check`. */
export function pathText(path: DocumentPath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
}

export function hasErrors(remarks: readonly Remark[]): boolean {
  return remarks.some(({ severity }) => severity === 'error')
}

/** By file, line and path: the order in which a person reads them. */
export function sortRemarks(remarks: readonly Remark[]): readonly Remark[] {
  return [...remarks].sort(
    (left, right) =>
      left.file.localeCompare(right.file, 'en') || left.line - right.line || left.path.localeCompare(right.path, 'en'),
  )
}
