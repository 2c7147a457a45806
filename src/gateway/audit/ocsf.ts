import { hash } from 'node:crypto'
import type { AuditBody } from '#contract/audit-bodies.ts'
import { canonicalJson, type Json } from '#domain/canonical-json.ts'
import type { DecisionRecord } from './decision-record.ts'
import { type OcsfKind, ocsfKinds } from './ocsf-classes.ts'

/** Where an event stands, and what else its export says. */
export type OcsfPlace = {
  readonly logId: string
  /** Version of Postern. */
  readonly version: string
  readonly index: number
  /** Hash of the leaf and salt of the body, base64url. */
  readonly leaf: string
  readonly salt: string
  readonly riskTier: string | null
  readonly ticket: string | null
  /** What the person wrote why, or asked or answered; left out where erased, withheld, or nothing was written. */
  readonly reason?: string
  /** JCS of the body, where the caller has it already. */
  readonly raw?: string
  /** Name and address of a pseudonym; undefined where erased, or left out on purpose. */
  readonly nameOf: (pseudonym: string) => { readonly name: string; readonly email: string } | undefined
}

type Event = { readonly [name: string]: Json | undefined }

/** One event in OCSF 1.8.0 (audit.md sections 9 and 10): none, one, or for a change of posture one more per changed check. */
export function ocsfEvents(body: AuditBody, place: OcsfPlace): readonly Event[] {
  const kind = kindOf(body)
  if (kind.class === null) return []
  const common = commonOf(kind.class, kind.activity, body, place)
  switch (kind.class) {
    case 3004:
      return [
        {
          ...common,
          ...statusOf(kind.status),
          entity: entityOf(kind, body, place),
          comment: place.reason ?? body.type,
        },
      ]
    case 3005:
      return [{ ...common, user: userOf(body.object, place), privileges: privilegesOf(body) }]
    case 3002:
      return [
        {
          ...common,
          ...statusOf(kind.status),
          user: userOf(body.object ?? body.actor, place),
          service: { name: 'Postern', uid: place.logId },
        },
      ]
    case 6003:
      return [{ ...common, api: { operation: body.type }, src_endpoint: { svc_name: 'postern' } }]
    case 2004:
      return [{ ...common, finding_info: findingOf(body, place), is_alert: true, ...deviceOf(body.object) }]
    case 2008:
      return [
        {
          ...common,
          finding_info: findingOf(body, place),
          identity_activity_metrics: { last_seen_time: body.at * 1000 },
          ...(body.object === null ? {} : { user: userOf(body.object, place) }),
        },
      ]
    case 5019:
      return body.type === 'posture-changed' ? postureEvents(body, common, place) : []
  }
}

/** A decision of a batch: 4002 HTTP Activity with what was allowed or denied, and by which grants. */
export function ocsfDecision(record: DecisionRecord, position: number, place: OcsfPlace): Event {
  const isAllowed = record.outcome === 'allow'
  return {
    ...frameOf(4002, 99, record.last_at, canonicalJson(record), `${place.index}/${position}`, {
      ...place,
      profiles: ['security_control'],
    }),
    start_time: record.first_at * 1000,
    end_time: record.last_at * 1000,
    count: record.count,
    action_id: isAllowed ? 1 : 2,
    action: isAllowed ? 'Allowed' : 'Denied',
    disposition_id: isAllowed ? 1 : record.outcome === 'challenge' ? 23 : 2,
    authorizations: record.grants.map((grant) => ({ decision: record.outcome, policy: { uid: grant, name: 'grant' } })),
    http_request: { url: { path: '/', hostname: record.resource } },
    severity_id: 1,
    unmapped: unmappedOf(place, null, null, null),
  }
}

function kindOf(body: AuditBody): OcsfKind {
  if (body.type === 'grant-minted' && body.state === 'active') return { class: 3005, activity: 1 }
  return ocsfKinds[body.type]
}

function commonOf(classUid: number, activity: number, body: AuditBody, place: OcsfPlace): Event {
  return {
    ...frameOf(classUid, activity, body.at, rawOf(body, place), String(place.index), place),
    severity_id: severityOf(body.type),
    ...(hasActor(classUid) ? { actor: actorOf(body.actor, place) } : {}),
    unmapped: unmappedOf(place, place.salt, body.request_id ?? null, body.grant_id ?? null),
  }
}

function frameOf(
  classUid: number,
  activity: number,
  at: number,
  raw: string,
  uid: string,
  place: OcsfPlace & { readonly profiles?: readonly string[] },
): Event {
  return {
    class_uid: classUid,
    category_uid: Math.floor(classUid / 1000),
    activity_id: activity,
    type_uid: classUid * 100 + activity,
    time: at * 1000,
    metadata: {
      version: '1.8.0',
      product: { name: 'Postern', vendor_name: 'Postern', version: place.version },
      uid: `${place.logId}/${uid}`,
      log_name: place.logId,
      ...(place.profiles === undefined ? {} : { profiles: place.profiles }),
    },
    raw_data: raw,
    raw_data_hash: { algorithm: 'SHA-256', algorithm_id: 3, value: hash('sha256', raw, 'hex') },
  }
}

function unmappedOf(
  { index, leaf, riskTier, ticket }: OcsfPlace,
  salt: string | null,
  requestId: string | null,
  grantId: string | null,
): Json {
  return { postern: { index, leaf, salt, request_id: requestId, grant_id: grantId, risk_tier: riskTier, ticket } }
}

function entityOf(kind: Extract<OcsfKind, { class: 3004 }>, body: AuditBody, place: OcsfPlace): Json {
  const { entity } = kind
  if (entity === 'User' && body.object !== null)
    return { type_id: 2, type: 'User', uid: body.object, user: userOf(body.object, place) }
  if (entity === 'Device') return { type_id: 1, type: 'Device', name: body.type, ...deviceOf(body.object) }
  if (entity === 'Policy')
    return { type_id: 5, type: 'Policy', name: 'book', ...(body.object === null ? {} : { uid: body.object }) }
  if (body.type === 'group-changed') return { type_id: 3, type: 'Group', name: body.group, uid: `group/${body.group}` }
  const uid = entity === 'PolicyException' ? (body.grant_id ?? body.request_id) : body.object
  return { type_id: 99, type: entity, name: entity, ...(uid === null || uid === undefined ? {} : { uid }) }
}

function userOf(pseudonym: string | null, { nameOf }: OcsfPlace): Json {
  if (pseudonym === null) return { name: 'postern', type_id: 3, type: 'System' }
  const named = nameOf(pseudonym)
  return { uid: pseudonym, ...(named === undefined ? {} : { full_name: named.name, email_addr: named.email }) }
}

function actorOf(pseudonym: string | null, place: OcsfPlace): Json {
  return pseudonym === null ? { app_name: 'postern' } : { user: userOf(pseudonym, place) }
}

function deviceOf(pseudonym: string | null): Event {
  return pseudonym === null ? {} : { device: { type_id: 0, uid: pseudonym } }
}

function findingOf(body: AuditBody, { logId, index }: OcsfPlace): Json {
  return { uid: `${logId}/${index}`, title: body.type, created_time: body.at * 1000 }
}

function privilegesOf(body: AuditBody): readonly string[] {
  if (body.type === 'role-assigned' || body.type === 'role-removed') return [`role/${body.role}`]
  const grant = `grant/${body.grant_id ?? 'unknown'}`
  return body.type === 'grant-minted' ? [grant, ...body.grant.resources.map((id) => `resource/${id}`)] : [grant]
}

/** Levels are our words, so `Other` with the word; findings are met, violated (excused ones suppressed), or unknown. */
function postureEvents(body: AuditBody<'posture-changed'>, common: Event, place: OcsfPlace): readonly Event[] {
  const device = deviceOf(body.object ?? 'unknown')
  const change: Event = {
    ...common,
    ...device,
    security_level_id: 99,
    security_level: body.to,
    prev_security_level_id: body.from === null ? 0 : 99,
    prev_security_level: body.from ?? 'unknown',
  }
  const findings = body.checks.map(({ check, from, to }, at): Event => {
    const activity = from === null ? 1 : to === null || to === 'met' ? 3 : 2
    const isExcused = to === 'excepted' || to === 'tolerated'
    const status = to === 'met' ? 1 : to === 'violated' || isExcused ? 3 : 2
    return {
      ...frameOf(2003, activity, body.at, rawOf(body, place), `${place.index}/${at + 1}`, place),
      severity_id: 1,
      ...device,
      compliance: { control: check, status_id: status, status: to ?? 'gone' },
      finding_info: { uid: `${body.object ?? 'unknown'}/${check}`, title: check },
      status_id: isExcused ? 3 : to === 'met' ? 4 : 1,
      unmapped: unmappedOf(place, place.salt, null, null),
    }
  })
  return [change, ...findings]
}

function statusOf(status: 'Success' | 'Failure' | undefined): Event {
  return status === undefined ? {} : { status, status_id: status === 'Success' ? 1 : 2 }
}

/** Findings have no actor in OCSF. */
function hasActor(classUid: number): boolean {
  return classUid === 3004 || classUid === 3005 || classUid === 3002 || classUid === 6003 || classUid === 5019
}

/** Informational, low for what failed, high for alarms, critical for a locked log. */
function severityOf(type: string): number {
  if (type === 'log-locked') return 5
  if (type.startsWith('alarm-')) return 4
  return type.endsWith('-failed') || type === 'enrollment-refused' ? 2 : 1
}

function rawOf(body: AuditBody, { raw }: OcsfPlace): string {
  const value: unknown = body
  return raw ?? canonicalJson(isJson(value) ? value : null)
}

function isJson(value: unknown): value is Json {
  return value !== undefined // it was parsed from JSON
}
