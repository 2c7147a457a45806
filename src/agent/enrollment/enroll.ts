import { startChain } from '#agent/attestation/chain.ts'
import type { KeyStore } from '#agent/attestation/key-store.ts'
import { readFirstConfig } from '#agent/attestation/read-gateway-messages.ts'
import { signMessage } from '#agent/attestation/sign-message.ts'
import { checkIssuer } from '#agent/gateway-client/check-issuer.ts'
import type { Freshness, GatewayClient } from '#agent/gateway-client/gateway-client.ts'
import type { Consent } from '#agent/privacy/consent.ts'
import type { ConsentRecord, EnrollmentRecord, PendingEnrollment } from '#contract/agent-state-files.ts'
import type { Chain } from '#contract/attestation-state.ts'
import { type DeepLink, parseDeepLink } from '#contract/deep-link.ts'
import type { Configuration, EnrollClaims, Enrolled } from '#contract/enrollment.ts'
import type { EnrollmentPreview } from '#contract/ipc.ts'
import { Failure, isFailure } from '#domain/failure.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import { hash } from '#runtime/digest.ts'
import { randomId } from '#runtime/random-id.ts'
import type { StateFile } from '#runtime/state-file.ts'
import { readKeySet } from '#verify/key-set.ts'
import type { EnrollmentState } from './enrollment-state.ts'
import { readDescription } from './read-description.ts'

export type EnrollPorts = {
  /** The client of one gateway; it holds back everything but the configuration until consent is recorded. */
  readonly clientOf: (issuer: string) => GatewayClient
  readonly consent: Consent
  readonly enrollment: EnrollmentState
  readonly chain: StateFile<Chain>
  readonly keys: () => Promise<KeyStore>
  readonly version: string
  readonly development: boolean
  /** The config key that managed settings name. */
  readonly namedKid: () => string | undefined
  /** Whether the enrolment in force has lost its key for good: it may then be renewed, with the same gateway alone. */
  readonly isLost: () => boolean
  readonly host: { readonly name: string; readonly os: OperatingSystem; readonly arch: string }
  readonly identity: {
    keyedMachineHash(salt: Uint8Array): Promise<string | undefined>
    keyedSerialHash(salt: Uint8Array): Promise<string | undefined>
  }
}

type EnrollLink = Extract<DeepLink, { readonly kind: 'enroll' }>

/** What a person reads before agreeing. Fetches the configuration, and nothing else leaves. Failures: see `enroll`. */
export async function previewEnrollment(ports: EnrollPorts, link: string): Promise<EnrollmentPreview> {
  const configuration = await readDescription(ports.clientOf(readLink(ports, link).server), ports.version)
  const { fields, retention_days, contact, url, sha256 } = configuration.consent
  return {
    issuer: configuration.issuer,
    organisation: configuration.name,
    fields,
    retention_days,
    contact,
    url,
    consent: sha256,
    modes: configuration.enrollment_modes,
    key_store: (await ports.keys()).backEnd,
  }
}

/**
 * Enrols this device by a one-use token, somebody having agreed to exactly the description whose digest is given
 * (protocol.md section 3). Failures before anything is sent: `link_invalid`, `issuer_not_allowed`, `already_enrolled`,
 * `gateway_identity`, `consent_changed`, those of the key store. Afterwards those of the route, and `token_invalid` for
 * a first configuration that no trusted key signed: then nothing is enrolled.
 */
export async function enroll(
  ports: EnrollPorts,
  link: string,
  agreed: Pick<ConsentRecord, 'sha256' | 'by'>,
): Promise<EnrollmentRecord> {
  // 1. The link, and whether it may be followed.
  const { server, code, kid } = readLink(ports, link)
  const client = ports.clientOf(server)
  // 2. The description must still be the one that was agreed to.
  const configuration = await readDescription(client, ports.version)
  if (configuration.consent.sha256 !== agreed.sha256) throw new Failure('consent_changed', {})
  // 3. From here on something may be sent.
  const consent = await giveConsent(ports, configuration, agreed, client.nowSeconds())
  // 4. A key, made only where there is none.
  const keys = await ports.keys()
  if (ports.enrollment.read()?.state === 'active') await keys.remove() // only one that is lost comes this far
  await keys.create()
  // 5. Enrol, and take the answer.
  const pin = kid === undefined ? {} : { pin: kid }
  return ask(ports, client, keys, { configuration, consent, authority: code, ...pin })
}

/** Asks again whether an administrator has approved. Failure `enrollment_refused`: somebody said no, or it took too long. */
export async function continueEnrollment(ports: EnrollPorts, pending: PendingEnrollment): Promise<EnrollmentRecord> {
  const consent = ports.consent.inForce()
  if (consent === undefined || consent.issuer !== pending.issuer) throw new Failure('consent_missing', {})
  const client = ports.clientOf(checkIssuer(pending.issuer, ports.development))
  const configuration = await readDescription(client, ports.version)
  if (configuration.consent.sha256 !== consent.sha256) throw new Failure('consent_changed', {})
  const { authority, pin } = pending
  const asked = { configuration, consent, authority, ...(pin === undefined ? {} : { pin }) }
  return ask(ports, client, await ports.keys(), asked)
}

type Asked = {
  readonly configuration: Configuration
  readonly consent: ConsentRecord
  readonly authority: string
  readonly pin?: string
}

function readLink(ports: EnrollPorts, text: string): EnrollLink {
  const link = parseDeepLink(text)
  if (link === undefined) throw new Failure('link_invalid', { reason: 'It is not complete, or not in its form' })
  if (link.kind !== 'enroll') throw new Failure('link_invalid', { reason: 'It is a link for something else' })
  const server = checkIssuer(link.server, ports.development)
  const named = ports.namedKid()
  if (named !== undefined && link.kid !== undefined && link.kid !== named)
    throw new Failure('link_invalid', { reason: 'It names another gateway key than the organisation does' })
  const present = ports.enrollment.read()
  if (present?.state === 'active' && !(present.issuer === server && ports.isLost()))
    throw new Failure('already_enrolled', { host: new URL(present.issuer).host })
  return link
}

async function giveConsent(
  ports: EnrollPorts,
  configuration: Configuration,
  agreed: Pick<ConsentRecord, 'sha256' | 'by'>,
  at: number,
): Promise<ConsentRecord> {
  const { issuer } = configuration
  const given: ConsentRecord = { ...agreed, at, issuer, fields: [...configuration.consent.fields] }
  await ports.consent.record(given)
  return given
}

async function ask(ports: EnrollPorts, client: GatewayClient, keys: KeyStore, asked: Asked): Promise<EnrollmentRecord> {
  const hints = await hintsOf(ports, asked)
  const send = async () =>
    client.send('enroll', {
      kid: await keys.kid(),
      authority: asked.authority,
      make: async (fresh) =>
        (await signMessage(keys, 'enroll+jwt', enrollPayload(ports, keys, asked, hints, fresh))).jws,
    })
  const { value } = await send().catch(async (thrown: unknown) => {
    // The key stands in another record of this gateway: that one is over here, so this device takes a new key, once.
    if (!isFailure(thrown, 'key_in_use')) throw thrown
    await keys.remove()
    await keys.create()
    return send()
  })
  return value.state === 'pending'
    ? keepPending(ports, client, asked, value)
    : keepActive(ports, client, await keys.kid(), asked, value)
}

async function keepPending(
  ports: EnrollPorts,
  client: GatewayClient,
  { configuration, authority, pin }: Asked,
  answer: { readonly enrollment_id: string; readonly retry_after: number },
): Promise<EnrollmentRecord> {
  const record: EnrollmentRecord = {
    state: 'pending',
    issuer: client.issuer,
    enrollment_id: answer.enrollment_id,
    org: configuration.name,
    contact: configuration.consent.contact,
    authority,
    ...(pin === undefined ? {} : { pin }),
    retry_at: client.nowSeconds() + answer.retry_after,
  }
  await ports.enrollment.write(record)
  return record
}

async function keepActive(
  ports: EnrollPorts,
  client: GatewayClient,
  kid: string,
  { configuration, pin }: Asked,
  answer: Enrolled,
): Promise<EnrollmentRecord> {
  // The first configuration must be signed by a key fetched over TLS, and by exactly the one that was named, if one was.
  const named = [pin, ports.namedKid()].filter((name) => name !== undefined)
  const fetched = await readKeySet(await client.jwks(), 'agent')
  const of = { issuer: client.issuer, deviceId: answer.device_id, fetched, named }
  const config = await readFirstConfig(answer.agent_config, of, client.nowSeconds())
  const record: EnrollmentRecord = {
    state: 'active',
    issuer: client.issuer,
    enrollment_id: answer.enrollment_id,
    org: config.org,
    contact: configuration.consent.contact,
    device_id: answer.device_id,
    sueid: answer.sueid,
    owner: answer.owner.name,
    tier: answer.tier,
    kid,
    config: answer.agent_config,
    config_seq: config.seq,
    keys: config.keys,
  }
  // The chain first: an enrolment without one could not report.
  await ports.chain.write(startChain(kid, answer.chain))
  await ports.enrollment.write(record)
  return record
}

const lifeSeconds = 120

function enrollPayload(
  ports: EnrollPorts,
  keys: KeyStore,
  { configuration, consent, authority }: Asked,
  hints: EnrollClaims['hints'],
  fresh: Freshness,
): EnrollClaims {
  const { sha256, at, by } = consent
  return {
    aud: configuration.issuer,
    iat: fresh.nowSeconds,
    exp: fresh.nowSeconds + lifeSeconds,
    jti: randomId(),
    eat_nonce: fresh.nonce,
    intuse: 'registration',
    eth: hash(authority),
    swname: 'postern-agent',
    swversion: [ports.version, 16384],
    key_store: keys.backEnd,
    hints,
    consent: { sha256, at, by },
  }
}

/** Hints tell machines apart for an administrator; each only where its field was agreed to. */
async function hintsOf({ host, identity }: EnrollPorts, { configuration }: Asked): Promise<EnrollClaims['hints']> {
  const { fields } = configuration.consent
  const salt = Uint8Array.from(Buffer.from(configuration.hint_salt, 'base64url'))
  const serial = fields.includes('serial-hash') ? await identity.keyedSerialHash(salt) : undefined
  const machine = fields.includes('machine-hash') ? await identity.keyedMachineHash(salt) : undefined
  const hostname = fields.includes('device-name') && host.name !== '' ? host.name.slice(0, 253) : undefined
  return {
    ...(hostname === undefined ? {} : { hostname }),
    platform: host.os,
    arch: host.arch,
    ...(serial === undefined ? {} : { serial_h: serial }),
    ...(machine === undefined ? {} : { machine_h: machine }),
  }
}
