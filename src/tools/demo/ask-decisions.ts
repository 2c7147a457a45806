import { evaluationAnswer } from '#contract/authzen.ts'
import type { Access } from '#domain/access/decision.ts'

export type DemoDecision = { readonly resource: string; readonly access: Access; readonly code?: string }

export type DecisionQuestion = {
  /** The check listener. */
  readonly port: number
  /** `X-Postern-Proxy-Auth` of the registered caller. */
  readonly caller: string
  readonly email: string
  readonly deviceId: string
  readonly resources: readonly { readonly id: string }[]
}

/**
 * Asks about each resource over AuthZEN, as a service behind the gateway would: `allow`, or `refuse` with its code. A
 * refusal that the person may lift in the browser is a `challenge`.
 */
export async function askDecisions(question: DecisionQuestion): Promise<readonly DemoDecision[]> {
  const decisions: DemoDecision[] = []
  for (const { id } of question.resources) {
    const { id: _, ...decision } = await askDecision(question, id)
    decisions.push(decision)
  }
  return decisions
}

/** The decision about one resource, with its id. */
export async function askDecision(
  { port, caller, email, deviceId }: DecisionQuestion,
  resource: string,
): Promise<DemoDecision & { readonly id: string }> {
  const response = await fetch(`http://127.0.0.1:${port}/access/v1/evaluation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-postern-proxy-auth': caller },
    body: JSON.stringify({
      subject: { type: 'user', id: email, properties: { device_id: deviceId } },
      action: { name: 'GET' },
      resource: { type: 'resource', id: resource },
    }),
  })
  if (!response.ok) throw new Error(`the gateway answered ${response.status} to a registered caller`)
  const { decision, context } = evaluationAnswer.parse(await response.json())
  const id = context?.decision_id ?? ''
  if (decision) return { resource, access: 'allow', id }
  const code = context?.reason
  const access = code === 'step_up_required' || code === 'reason_required' ? 'challenge' : 'refuse'
  return { resource, access, ...(code === undefined ? {} : { code }), id }
}
