import type { Draft, ExceptionForm } from '#contract/agent-exceptions.ts'
import type { AgentConfigClaims, PostureResultClaims } from '#contract/gateway-messages.ts'

/** What the form begins with: the checks that fail by the gateway's last verdict, and what each of them closes. Pure. */
export function exceptionForm(from: {
  readonly result: PostureResultClaims | undefined
  readonly resultAt: number | undefined
  readonly config: Pick<AgentConfigClaims, 'exceptions'>
  readonly drafts: readonly Draft[]
  readonly check?: string
}): ExceptionForm {
  const { result, resultAt, config, drafts, check } = from
  const failing = (result?.checks ?? []).filter(
    ({ check: id, outcome }) => outcome !== 'met' && outcome !== 'excepted' && (check === undefined || id === check),
  )
  const checks = failing
    .map(({ check: id, outcome }) => {
      const resources = (result?.resources ?? []).flatMap((resource) => {
        const finding = resource.findings.find((each) => plainId(each.check) === id && fails(each))
        return finding === undefined
          ? []
          : [{ id: resource.id, name: resource.name, offered: finding.exception?.offered === true }]
      })
      return { id, outcome, offered: resources.some(({ offered }) => offered), resources }
    })
    .filter(({ resources }) => resources.length > 0)
  return { result_at: resultAt ?? null, checks, limits: { ...config.exceptions }, drafts: [...drafts] }
}

/** Failing, as protocol.md section 8 says: it can close something, and is violated, unknown, or tolerated for a while. */
function fails({ outcome, enforce }: PostureResultClaims['resources'][number]['findings'][number]): boolean {
  return (enforce === 'approval' || enforce === 'block') && outcome !== 'met' && outcome !== 'excepted'
}

/** The check's own id: an explanation names it with the first characters of its hash, `firewall@HsO6XLxM`. */
function plainId(check: string): string {
  return check.split('@')[0] ?? check
}
