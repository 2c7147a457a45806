import type { Draft, ExceptionForm } from '#contract/agent-exceptions.ts'

export type FormCheck = ExceptionForm['checks'][number]

/** What the screen begins with. */
export type Beginning =
  | { readonly kind: 'no-verdict' }
  | { readonly kind: 'nothing-fails' }
  /** What was asked about does not fail now; a draft of it is kept. */
  | { readonly kind: 'passes'; readonly checks: readonly string[]; readonly draft: Draft | undefined }
  | { readonly kind: 'waiting'; readonly draft: Draft }
  | { readonly kind: 'choose'; readonly checks: readonly FormCheck[] }
  | { readonly kind: 'not-allowed'; readonly check: FormCheck }
  | { readonly kind: 'form'; readonly check: FormCheck; readonly draft: Draft | undefined }

/** From the form and where the person came from: a draft that was named, else the newest of the check, else a new one. */
export function beginningOf(
  form: ExceptionForm,
  wish: { readonly check?: string | undefined; readonly draft?: string | undefined },
): Beginning {
  const { checks, drafts } = form
  const named = drafts.find(({ draft_id }) => draft_id === wish.draft)
  const [only, ...others] = checks
  const wanted = wish.check ?? named?.checks[0] ?? (others.length === 0 ? only?.id : undefined)
  const draft = named ?? newestOf(drafts.filter(({ checks: [first] }) => wanted !== undefined && first === wanted))
  if (draft !== undefined && draft.clicked_at !== null) return { kind: 'waiting', draft }
  const check = checks.find(({ id }) => id === wanted)
  if (check !== undefined)
    return check.offered || draft !== undefined ? { kind: 'form', check, draft } : { kind: 'not-allowed', check }
  if (wanted !== undefined) {
    if (form.result_at === null && draft === undefined) return { kind: 'no-verdict' }
    return { kind: 'passes', checks: draft?.checks ?? [wanted], draft }
  }
  if (form.result_at === null) return { kind: 'no-verdict' }
  return only === undefined ? { kind: 'nothing-fails' } : { kind: 'choose', checks }
}

function newestOf(drafts: readonly Draft[]): Draft | undefined {
  return [...drafts].sort((one, other) => other.saved_at - one.saved_at)[0]
}
