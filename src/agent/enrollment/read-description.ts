import type { GatewayClient } from '#agent/gateway-client/gateway-client.ts'
import { consentDigest } from '#agent/privacy/consent.ts'
import { neededFields } from '#agent/privacy/field-catalogue.ts'
import type { Configuration } from '#contract/enrollment.ts'
import { profile } from '#contract/wire-types.ts'
import { Failure } from '#domain/failure.ts'
import type { Reason } from '#domain/reason.ts'
import { compareVersions } from '#domain/version.ts'

/**
 * What a gateway says of itself and wants to know, fetched without a word about this device, and checked: it is the one
 * that was asked, its digest stands for exactly this description, and this agent can speak with it.
 */
export async function readDescription(
  client: Pick<GatewayClient, 'issuer' | 'configuration'>,
  agentVersion: string,
): Promise<Configuration> {
  const configuration = await client.configuration()
  const { consent } = configuration
  if (configuration.issuer !== client.issuer)
    throw new Failure('gateway_identity', { expected: client.issuer, seen: configuration.issuer })
  if (consentDigest(configuration) !== consent.sha256) throw invalid('Its description does not fit its digest')
  if (consent.fields.some((field, index) => index > 0 && !(String(consent.fields[index - 1]) < field)))
    throw invalid('The fields of its description are not sorted')
  const missing = neededFields.find((field) => !consent.fields.includes(field))
  if (missing !== undefined) throw invalid(`Its description leaves out ${missing}, which is part of every report`)
  if (!configuration.profiles.includes(profile))
    throw new Failure('profile_unsupported', { profiles: configuration.profiles })
  if (compareVersions(agentVersion, configuration.min_agent) < 0)
    throw new Failure('agent_outdated', { min_agent: configuration.min_agent })
  return configuration
}

function invalid(reason: Reason): Failure<'gateway_answer_invalid'> {
  return new Failure('gateway_answer_invalid', { reason })
}
