import { setTimeout as pause } from 'node:timers/promises'
import type { RequestOptions } from '#contract/webauthn.ts'
import type { Seeded } from '#tools/fill/seeded.ts'
import { type Answer, call, type DeviceClient, hashOf, newId } from './a-device.ts'
import { approvers, carol, type KilledGateway, requesters, resourceIds, type Seat } from './a-killed-gateway.ts'

export const actKinds = ['file', 'prove', 'approve', 'deny', 'ask', 'reply', 'withdraw', 'surrender', 'revoke'] as const
export type Act = {
  readonly kind: (typeof actKinds)[number]
  /** Empty for a request that is being filed. */
  readonly requestId: string
  /** Who acts, by id. */
  readonly person: string
  readonly draft?: { readonly device: string; readonly id: string }
}
/** An act that was answered with 2xx, and that answer. */
export type Acknowledged = Act & { readonly answer: Answer['json'] }

/** People and devices that act on one another's requests at once, and remember what they were told. */
export type Crowd = {
  readonly acknowledged: readonly Acknowledged[]
  /** Acts that were sent, whatever was answered. */
  readonly sent: readonly Act[]
  /** Answers of 500 and above: there must be none. */
  readonly broken: readonly string[]
  /** How many of them were answered at all. */
  answered(): number
  /** The newest checkpoint that an auditor was shown. */
  seenCheckpoint(): string | undefined
  /** Every device reports once. */
  report(): Promise<void>
  /** Sends what was not answered once more, byte for byte, and acts until `isOver`. */
  act(random: Seeded, isOver: () => boolean): Promise<void>
  readonly auditor: Seat
}

type Known = {
  readonly id: string
  readonly digest: string
  readonly owner: string
  readonly resource: string
  readonly stepUp: string
  readonly voted: Set<string>
  state: string
  grant: { readonly id: string; state: string } | undefined
}
type Unanswered = { readonly act: Act; readonly send: () => Promise<Answer>; readonly resource: string }

const grantSeconds = 60

export async function aCrowd(gateway: KilledGateway): Promise<Crowd> {
  const seats = new Map<string, Seat>()
  for (const email of [...requesters, ...approvers.security, ...approvers.platform, carol])
    seats.set(email, await gateway.seat(email))
  const devices = new Map<string, DeviceClient>()
  for (const email of requesters) devices.set(email, await gateway.device(email))
  const seatOf = (email: string): Seat => {
    const seat = seats.get(email)
    if (seat === undefined) throw new Error(`nobody is ${email}`)
    return seat
  }
  const known = new Map<string, Known>()
  const acknowledged: Acknowledged[] = []
  const sent: Act[] = []
  const broken: string[] = []
  let unanswered: Unanswered[] = []
  let answered = 0
  let checkpoint: string | undefined

  const inConsole = (seat: Seat, path: string, body: object) =>
    call('POST', `${gateway.api}${path}`, {
      headers: { 'content-type': 'application/json', origin: gateway.settings.issuer, cookie: seat.cookie },
      body: JSON.stringify(body),
    })
  const signed = async (
    device: DeviceClient,
    path: string,
    typ: string,
    claims: { readonly [name: string]: unknown },
  ) => {
    const body = await device.message(typ, claims)
    return () => device.call('POST', path, { headers: { 'content-type': 'application/jose' }, body })
  }

  /** Sends an act, and remembers the answer, or that there was none; true where it was taken. */
  async function perform(act: Act, send: () => Promise<Answer>, resource = '', isAgain = false): Promise<boolean> {
    sent.push(act)
    let answer: Answer
    try {
      answer = await send()
    } catch {
      if (!isAgain) unanswered.push({ act, send, resource })
      return false
    }
    answered += 1
    if (answer.status >= 500) broken.push(`${act.kind}: ${answer.status} ${answer.text}`)
    const request = known.get(act.requestId)
    if (answer.status >= 300) {
      // Somebody else was quicker, or the clock.
      if (request !== undefined && typeof answer.json?.state === 'string') request.state = answer.json.state
      if (request?.grant !== undefined && (act.kind === 'surrender' || act.kind === 'revoke')) request.grant = undefined
      return false
    }
    acknowledged.push({ ...act, requestId: act.requestId || answer.json.request_id, answer: answer.json })
    if (act.kind === 'file') learn(act, answer, resource)
    if (request === undefined) return true
    if (act.kind === 'surrender' || act.kind === 'revoke') request.grant = undefined
    else request.state = answer.json.state ?? request.state
    if (answer.json.grant !== undefined && answer.json.grant.state === 'active') request.grant = answer.json.grant
    return true
  }

  function learn({ person }: Act, { json }: Answer, resource: string): void {
    if (known.has(json.request_id)) return
    const owner = [...seats.values()].find(({ id }) => id === person)?.email ?? ''
    known.set(json.request_id, {
      id: json.request_id,
      digest: json.terms_digest,
      owner,
      resource,
      stepUp:
        String(json.step_up_url ?? '')
          .split('/')
          .at(-1) ?? '',
      voted: new Set(),
      state: json.state,
      grant: undefined,
    })
  }

  async function file(email: string, resource: string, again?: string): Promise<void> {
    const draftId = again ?? newId()
    const device = deviceOf(email)
    const act: Act = {
      kind: 'file',
      requestId: '',
      person: seatOf(email).id,
      draft: { device: device.id, id: draftId },
    }
    const ask = {
      draft_id: draftId,
      mode: 'normal',
      checks: ['firewall'],
      resources: [resource],
      duration_s: grantSeconds,
      category: 'debugging',
      reason: 'The vendor sent a broken update; a fix is on its way.',
    }
    const claims = {
      ask,
      presence: { method: 'click', at: device.now },
      evidence: { seq: 1, hash: hashOf('x') },
    }
    await perform(
      act,
      await signed(device, '/v1/exceptions', 'exception-request+jwt', claims),
      resource,
      again !== undefined,
    )
  }

  function deviceOf(email: string): DeviceClient {
    const device = devices.get(email)
    if (device === undefined) throw new Error(`${email} has no device`)
    return device
  }

  async function prove(request: Known): Promise<void> {
    const seat = seatOf(request.owner)
    const asked = await inConsole(seat, `/v1/step-ups/${request.stepUp}/challenge`, {})
    if (asked.status !== 200) {
      request.state = 'unknown'
      return
    }
    const { statement, options }: { statement: { nonce: string }; options: RequestOptions } = asked.json
    const body = { nonce: statement.nonce, assertion: seat.passkey.sign(options) }
    await perform({ kind: 'prove', requestId: request.id, person: seat.id }, () =>
      inConsole(seat, `/v1/step-ups/${request.stepUp}/assertion`, body),
    )
  }

  async function vote(seat: Seat, stage: string, request: Known, decision: 'approve' | 'deny'): Promise<void> {
    const at = `/v1/admin/exceptions/${request.id}`
    const asked = await inConsole(seat, `${at}/challenges`, { decision, stage })
    request.voted.add(seat.id)
    if (asked.status !== 200) {
      if (typeof asked.json?.state === 'string') request.state = asked.json.state
      return
    }
    const { statement, options }: { statement: { nonce: string }; options: RequestOptions } = asked.json
    const ballot = {
      nonce: statement.nonce,
      assertion: seat.passkey.sign(options),
      opened: ['device'],
      dwell_ms: 4000,
      ...(decision === 'deny' ? { reason: 'not needed any more' } : {}),
    }
    await perform({ kind: decision, requestId: request.id, person: seat.id }, () =>
      inConsole(seat, `${at}/votes`, ballot),
    )
  }

  async function onDevice(request: Known, kind: 'reply' | 'withdraw' | 'surrender'): Promise<void> {
    const claims = {
      request_id: request.id,
      terms_digest: request.digest,
      action: kind,
      ...(kind === 'reply' ? { text: 'It is back tomorrow' } : {}),
    }
    const path = `/v1/exceptions/${request.id}/actions`
    const send = await signed(deviceOf(request.owner), path, 'exception-action+jwt', claims)
    await perform({ kind, requestId: request.id, person: seatOf(request.owner).id }, send)
  }

  /** One step of a requester; false where there was nothing to do. */
  async function requesterStep(email: string, random: Seeded): Promise<boolean> {
    const mine = [...known.values()].filter(({ owner }) => owner === email)
    const open = mine.filter(({ state }) => ['step_up_required', 'pending', 'info_needed'].includes(state))
    const unproved = open.find(({ state }) => state === 'step_up_required')
    if (unproved !== undefined && random.chance(0.9)) return await prove(unproved).then(() => true)
    const asked = open.find(({ state }) => state === 'info_needed')
    if (asked !== undefined && random.chance(0.8)) return await onDevice(asked, 'reply').then(() => true)
    const granted = mine.find(({ grant }) => grant !== undefined)
    if (granted !== undefined && random.chance(0.15)) return await onDevice(granted, 'surrender').then(() => true)
    const pending = open.find(({ state }) => state === 'pending')
    if (pending !== undefined && random.chance(0.04)) return await onDevice(pending, 'withdraw').then(() => true)
    const free = resourceIds.filter((id) => !open.some(({ resource }) => resource === id))
    const [first, ...rest] = free
    if (first === undefined || open.length >= 3) return false
    await file(email, random.oneOf([first, ...rest]))
    return true
  }

  async function approverStep(email: string, stage: string, random: Seeded): Promise<boolean> {
    const seat = seatOf(email)
    const all = [...known.values()].filter(({ state }) => state === 'pending')
    const fresh = all.filter(({ voted }) => !voted.has(seat.id) || random.chance(0.05))
    const [first, ...rest] = fresh
    if (first === undefined) return false
    const request = random.oneOf([first, ...rest])
    if (random.chance(0.08)) {
      const body = { text: 'Why today?' }
      await perform({ kind: 'ask', requestId: request.id, person: seat.id }, () =>
        inConsole(seat, `/v1/admin/exceptions/${request.id}/messages`, body),
      )
      return true
    }
    await vote(seat, stage, request, random.chance(0.1) ? 'deny' : 'approve')
    return true
  }

  async function securityStep(random: Seeded): Promise<boolean> {
    const seat = seatOf(carol)
    const shown = await call('GET', `${gateway.api}/audit/checkpoint`, { headers: { cookie: seat.cookie } })
    if (shown.status === 200) checkpoint = shown.text
    const granted = [...known.values()].find(({ grant }) => grant !== undefined)
    if (granted?.grant === undefined || !random.chance(0.2)) return false
    const path = `/v1/admin/grants/${granted.grant.id}/revocation`
    await perform({ kind: 'revoke', requestId: granted.id, person: seat.id }, () =>
      inConsole(seat, path, { reason: 'the laptop was lost' }),
    )
    return true
  }

  async function repeat(step: () => Promise<boolean>, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      // A call that was no act, such as asking for a challenge, may go unanswered too: nothing is lost with it.
      const didSomething = await step().catch(() => false)
      if (!didSomething) await pause(5)
    }
  }

  return {
    acknowledged,
    sent,
    broken,
    answered: () => answered,
    seenCheckpoint: () => checkpoint,
    auditor: seatOf(carol),
    async report() {
      for (const device of devices.values()) {
        const answer = await device.attest()
        if (answer.status !== 200) throw new Error(`a report was refused: ${answer.text}`)
      }
    },
    async act(random, isOver) {
      const again = unanswered
      unanswered = []
      const retry = async ({ act, send, resource }: Unanswered) => {
        if (await perform(act, send, resource, true)) return
        // What had been recorded is not told for the same bytes; for the same draft in a new message it is.
        if (act.kind !== 'file' || act.draft === undefined || isOver()) return
        const { email = '' } = [...seats.values()].find(({ id }) => id === act.person) ?? {}
        await file(email, resource, act.draft.id).catch(() => undefined)
      }
      await Promise.all([
        ...again.map(retry),
        ...requesters.map((email) => repeat(() => requesterStep(email, random), isOver)),
        ...approvers.security.map((email) => repeat(() => approverStep(email, 'security', random), isOver)),
        ...approvers.platform.map((email) => repeat(() => approverStep(email, 'platform', random), isOver)),
        repeat(() => securityStep(random), isOver),
      ])
    },
  }
}
