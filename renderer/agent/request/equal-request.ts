import type { ExceptionsHead } from '#contract/agent-exceptions.ts'
import { isOpen } from '#domain/exceptions/states.ts'
import type { RequestInput } from './request-input.ts'

/** The open request for the same checks and resources: the gateway would answer with that one. */
export function equalRequest(
  { checks, resources }: Pick<RequestInput, 'checks' | 'resources'>,
  requests: ExceptionsHead['requests'],
): string | undefined {
  return requests.find(
    (request) => isOpen(request.state) && isSame(request.checks, checks) && isSame(request.resources, resources),
  )?.request_id
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && new Set([...one, ...other]).size === new Set(one).size
}
