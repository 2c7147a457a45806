/** One row of `docs/desktop-requirements.md`. */
export type Requirement = {
  readonly number: number
  readonly says: string
  readonly proofs: readonly Proof[]
}

/** `test`: every test of that file whose name begins so. `not-yet`: belongs to a later step, which is named. */
export type Proof =
  | { readonly kind: 'test'; readonly file: string; readonly name: string }
  | { readonly kind: 'not-yet'; readonly step: string }
  | { readonly kind: 'unreadable'; readonly text: string }

/** The table's rows, in order; text around it is passed over. */
export function readRequirements(page: string): readonly Requirement[] {
  return page.split('\n').flatMap((line) => {
    const cells = /^\| *(\d+) *\|(.*)\|(.*)\|$/.exec(line)
    if (cells === null) return []
    const [, number = '', says = '', proofs = ''] = cells
    return [{ number: Number(number), says: says.trim(), proofs: proofs.split('<br>').map(readProof) }]
  })
}

function readProof(cell: string): Proof {
  const text = cell.trim()
  const test = /^`(test\/[^`]+)` › (.+)$/.exec(text)
  if (test?.[1] !== undefined && test[2] !== undefined) return { kind: 'test', file: test[1], name: test[2] }
  const step = /^not yet: (.+)$/.exec(text)?.[1]
  return step === undefined ? { kind: 'unreadable', text } : { kind: 'not-yet', step }
}
