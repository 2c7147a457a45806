import { readFile, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fieldIds } from '#contract/consent-fields.ts'
import { enrollmentLink } from '#contract/deep-link.ts'
import { profile } from '#contract/wire-types.ts'
import { consoleResource } from '#domain/access/resource.ts'
import { canonicalJson } from '#domain/canonical-json.ts'
import { Failure } from '#domain/failure.ts'
import { createCheckListener } from '#gateway/access/check-listener.ts'
import { createAccessDesk } from '#gateway/access/decide-for-device.ts'
import { createConfigSource } from '#gateway/agent-config/make-agent-config.ts'
import type { JudgingPorts } from '#gateway/attestations/judging.ts'
import { receiveAttestation } from '#gateway/attestations/receive-attestation.ts'
import { recheckAll, recheckDevice, recheckDue } from '#gateway/attestations/recheck-devices.ts'
import { adminAuditTopic, createHeadTeller } from '#gateway/audit/admin-audit-topic.ts'
import { auditTopicName } from '#gateway/audit/audit-topic.ts'
import { createDecisionCounter } from '#gateway/audit/decision-counter.ts'
import { createGatewayLog } from '#gateway/audit/gateway-log.ts'
import { readLogState } from '#gateway/audit/log-state.ts'
import { tellReads } from '#gateway/audit/note-read.ts'
import { type NewLog, openNewLog } from '#gateway/audit/open-new-log.ts'
import { batchedDecisions, decisionWriter, mostRecords } from '#gateway/audit/record-decisions.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { deviceKeyCache } from '#gateway/devices/device-key-cache.ts'
import { seenProofs } from '#gateway/devices/device-token.ts'
import { mayReadStream } from '#gateway/devices/may-read-stream.ts'
import { createNonces } from '#gateway/devices/nonce.ts'
import { endDevices, recordRetiredKey } from '#gateway/devices/quarantine.ts'
import { readAccessToken } from '#gateway/devices/read-access-token.ts'
import { type MessagePorts, receiveMessage } from '#gateway/devices/receive-message.ts'
import { admitDevice } from '#gateway/enrollment/admit-device.ts'
import { type IssuedToken, issueToken, type TokenWish } from '#gateway/enrollment/issue-token.ts'
import { createActingClock } from '#gateway/exceptions/acting-clock.ts'
import { adminExceptionsTopic, adminTopicName } from '#gateway/exceptions/admin-exceptions-topic.ts'
import { bestConsoleDecision } from '#gateway/exceptions/console-decision.ts'
import { cureGrants } from '#gateway/exceptions/cure-grants.ts'
import { exceptionsTopic } from '#gateway/exceptions/exceptions-topic.ts'
import { createLogFollower } from '#gateway/exceptions/follow-log.ts'
import { isAwaited } from '#gateway/exceptions/is-awaited.ts'
import { createLiveGrants } from '#gateway/exceptions/live-grants.ts'
import { outdateRequests } from '#gateway/exceptions/outdate-requests.ts'
import type { ExceptionPorts } from '#gateway/exceptions/ports.ts'
import { previewRequest } from '#gateway/exceptions/preview-request.ts'
import { showReview } from '#gateway/exceptions/review-notice.ts'
import { submitRequest } from '#gateway/exceptions/submit-request.ts'
import { sweep } from '#gateway/exceptions/sweep.ts'
import { takeDeviceAction } from '#gateway/exceptions/take-device-action.ts'
import { addConsole } from '#gateway/http/add-console.ts'
import { addAuditFiles } from '#gateway/http/audit-files.ts'
import { auditAnswerers } from '#gateway/http/audit-routes.ts'
import { buildServer } from '#gateway/http/build-server.ts'
import { clientAddressReader, rangesOf } from '#gateway/http/client-address.ts'
import { type ConsoleFigures, createConsoleLimits } from '#gateway/http/console-limits.ts'
import { addDeviceRoutes, type PlacedCall } from '#gateway/http/device-routes.ts'
import { exceptionAnswerers } from '#gateway/http/exception-routes.ts'
import { gentleEnd } from '#gateway/http/gentle-end.ts'
import { createLiveSocket } from '#gateway/http/live-socket.ts'
import { createMetrics } from '#gateway/http/metrics.ts'
import { openApiDocument } from '#gateway/http/openapi.ts'
import { addOperatorRoutes } from '#gateway/http/operator-routes.ts'
import { createRateLimits } from '#gateway/http/rate-limits.ts'
import { addStepUpPage } from '#gateway/http/step-up-page.ts'
import { hintSalt } from '#gateway/keys/hint-salt.ts'
import { keySet, keySetMaxAgeSeconds, pinnedKeys } from '#gateway/keys/key-set.ts'
import { openLogKey } from '#gateway/keys/log-key.ts'
import { signMessage } from '#gateway/keys/sign-message.ts'
import { openKeys } from '#gateway/keys/signing-keys.ts'
import { deviceTopic } from '#gateway/live/device-topic.ts'
import { createRelay } from '#gateway/live/relay.ts'
import { createSubscriptions } from '#gateway/live/subscriptions.ts'
import { invitationUrl, inviteAdmin, inviteOwner, renewFirstAdmin } from '#gateway/people/invitations.ts'
import { notifyAdmins } from '#gateway/people/notify-admins.ts'
import { rolesOf } from '#gateway/people/person-roles.ts'
import { readDirectory } from '#gateway/people/read-directory.ts'
import { syncPeople } from '#gateway/people/sync-people.ts'
import { createPolicyBook } from '#gateway/policy/policy-book.ts'
import { endIdleSessions } from '#gateway/sessions/session-book.ts'
import type { GatewaySettings } from '#gateway/settings/gateway-settings.ts'
import { changedKeys, type SettingsFingerprint, settingsFingerprint } from '#gateway/settings/settings-fingerprint.ts'
import { openStore, type Store } from '#gateway/storage/open-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { type Clock, secondsNow } from '#runtime/clock.ts'
import { hash } from '#runtime/digest.ts'
import type { Log } from '#runtime/log.ts'
import { uuidV7 } from '#runtime/random-id.ts'

export type GatewayPorts = {
  readonly clock: Clock
  readonly log: Log
  /**
   * Milliseconds that the machine has run, sleep counted: with it a wall clock that jumps is found. Left out, the clock is
   * taken for one that never jumps.
   */
  readonly uptimeMs?: () => number
  /** Of this gateway, semver. */
  readonly version: string
  /** Other limits for sessions and addresses than a console has; for load and crash tests. */
  readonly consoleLimits?: ConsoleFigures
}

export type Listening = { readonly host: string; readonly port: number }

export type GatewayCore = {
  /** Opens both listeners; answers where, and the link for the first admin while there is none with a passkey. */
  start(): Promise<{ readonly api: Listening; readonly check: Listening; readonly firstAdminUrl?: string }>
  /** Takes no new work, ends streams, finishes what was accepted, closes the database. */
  stop(): Promise<void>
}

/** The oldest agent whose reports are taken. */
const minAgent = '0.1.0'
const heartbeatSeconds = 240
const mostStreams = 50_000
const sweepMs = 5000
/** What the clock ends is true at its second; that it is written and told then is for those who watch. */
const endsMs = 1000
/** Until the next sweep, where one could not look at all that was due. */
const soonMs = 100
/** Decisions are counted in memory and told together. */
const decisionsMs = 60_000
const mostEnded = 100
const pruneMs = 3_600_000
/** Who read the log is told soon after the hour is over. */
const readsMs = 60_000
const keptSeconds = {
  messageIds: 86_400,
  feeds: 7 * 86_400,
  authorityFailures: 86_400,
  recoveries: 7 * 86_400,
  stepUps: 7 * 86_400,
  drafts: 30 * 86_400,
} as const

/** Builds the gateway from its settings. Failures: settings, keys or database that cannot be used. */
export async function buildGatewayCore(settings: GatewaySettings, ports: GatewayPorts): Promise<GatewayCore> {
  const { clock, log } = ports
  const { issuer } = settings
  const tls = await readTls(settings)
  const keys = await openKeys(settings.data.keys, clock)
  const store = await openStore(settings.data.database)
  const salt = await store.transact(async (rows) => {
    await syncPeople(rows, settings.people, clock.nowMs())
    await noteSettings(rows, settings, secondsNow(clock))
    return await hintSalt(rows)
  })
  const auditLog = createGatewayLog({
    store,
    issuer,
    settingsFile: settings.file,
    folder: settings.data.folder,
    key: await openLogKey(settings.data.keys, clock),
    clock,
    log,
  })
  let stopped = false
  const working = new Set<Promise<void>>()
  /** Work that no caller waits for: what fails is logged, and tried again by the next sweep. */
  const work = (name: string, act: () => Promise<void>): Promise<void> => {
    const done = act()
      .catch((err: unknown) => log.error('sweep.failed', { sweep: name, err }))
      .finally(() => working.delete(done))
    working.add(done)
    return done
  }
  const lastLeaf = await store.read((rows) => rows.log.current())
  const acting = createActingClock({
    wallMs: clock.nowMs,
    uptimeMs: ports.uptimeMs ?? clock.nowMs,
    lastLeafSeconds: lastLeaf?.lastTime ?? null,
    onJump: (jumpSeconds, now) => void work('clock-jump', () => recordClockJump(store, jumpSeconds, now)),
  })
  const logState = () => readLogState(store, auditLog)
  const heads = createHeadTeller({ store, clock, log, state: logState })
  const exportsFolder = join(settings.data.folder, 'exports')
  const resources = [...settings.resources, consoleResource]
  const nonces = createNonces(keys.nonceMaster, issuer)
  const keyCache = deviceKeyCache()
  const limits = createRateLimits(settings.limits)
  const metrics = createMetrics({ acts: store.counts })
  const privacy = {
    contact: settings.organisation.contact,
    retention_days: settings.organisation.retentionDays,
    url: settings.organisation.privacyUrl,
  }
  const streamUri = `${issuer.replace(/^http/, 'ws')}/v1/stream`
  const liveGrants = createLiveGrants({ store, trusted: auditLog.trusted, log })
  const counter = createDecisionCounter(() => void work('decisions', tellDecisions), mostRecords)
  const writeDecisions = decisionWriter(store, counter, acting.anyNow)
  const tellDecisions = async () => {
    await writeDecisions()
    const dropped = counter.dropped()
    if (dropped > 0) log.error('decisions.dropped', { dropped })
  }
  const grantsOf = (rows: Rows, deviceId: string) => liveGrants.of(rows, deviceId, acting.decisionNow())

  const policy = createPolicyBook({
    folder: settings.policies,
    store,
    clock,
    log,
    context: () => ({
      languages: settings.languages,
      resources,
      people: settings.people,
    }),
  })
  const configs = createConfigSource(
    {
      issuer,
      organisation: settings.organisation.name,
      minAgent,
      streamUri,
      privacy,
      keys: pinnedKeys(keys),
      resources,
    },
    (claims) => signMessage(keys, 'agent-config+jwt', claims),
  )
  const desk = createAccessDesk({ store, book: policy.current, grantsOf })
  const judging: JudgingPorts = {
    issuer,
    store,
    book: policy.current,
    resources,
    configs,
    grantsOf,
    sign: {
      result: (claims) => signMessage(keys, 'posture-result+jwt', claims),
      accessToken: (claims) => signMessage(keys, 'at+jwt', claims),
      chainState: (claims) => signMessage(keys, 'chain-state+jwt', claims),
    },
    onDeviceChanged: desk.deviceChanged,
  }
  const exceptions: ExceptionPorts & { readonly log: typeof auditLog.sequencer } = {
    issuer,
    store,
    book: policy.current,
    resources,
    clock: acting,
    log: auditLog.sequencer,
    trusted: auditLog.trusted,
    grants: liveGrants,
    usage: { usesOf: counter.usesOf, settle: writeDecisions },
    directory: readDirectory,
    onGrantsChanged: (deviceId) => {
      desk.deviceChanged(deviceId)
      if (!stopped) void work('grants', () => recheckDevice(judging, deviceId, secondsNow(clock)))
    },
  }
  const follower = createLogFollower(exceptions, log)
  const messages: MessagePorts = {
    issuer,
    minAgent,
    nonces,
    keys: keyCache,
    limits: { take: limits.takeByDevice },
    find: (kid) =>
      store.read(async (rows) => {
        const key = await rows.deviceKeys.find(kid)
        const device = key === undefined ? undefined : await rows.devices.find(key.deviceId)
        return key === undefined || device === undefined ? undefined : { key, device }
      }),
    onRetiredKey: (device, kid, traceId) =>
      store.transact((rows) => recordRetiredKey(rows, { deviceId: device.id, kid }, secondsNow(clock), traceId)),
  }
  const relay = createRelay(store, clock, log)
  const server = buildServer({ tls, log, metrics })
  const addressOf = clientAddressReader(settings.frontProxies)
  addDeviceRoutes(server, {
    clock,
    nonces,
    limits,
    addressOf,
    configuration: configurationText(settings, salt, privacy, streamUri),
    jwks: JSON.stringify(keySet(keys)),
    jwksMaxAgeSeconds: keySetMaxAgeSeconds,
    enroll: async (body, call) => {
      const enrolled = await admitDevice(
        {
          issuer,
          minAgent,
          nonces,
          keys: keyCache,
          store,
          firstConfig: (owner, platform, deviceId, now) => {
            const config = configs.next(undefined, policy.current(), owner, platform, deviceId, now)
            if (config === undefined) throw new TypeError('a device without a config is always due one')
            return config
          },
          takesFileKeys: () => policy.current()?.policies.some(({ document }) => document.minKeyTier === 'T0') ?? false,
        },
        body,
        call,
      )
      desk.everythingChanged()
      return enrolled
    },
    attest: async (body, call) => {
      const heard = new Set<string>()
      const onDeviceChanged = (deviceId: string) => {
        heard.add(deviceId)
        judging.onDeviceChanged(deviceId)
      }
      const answer = await receiveAttestation({ ...messages, ...judging, onDeviceChanged }, body, call)
      for (const deviceId of heard)
        await cureGrants(exceptions, deviceId).catch((err: unknown) => log.error('cure.failed', { deviceId, err }))
      return answer
    },
    submitException: async (body, call) =>
      submitRequest(exceptions, await receiveMessage(messages, body, 'exception-request+jwt', call), calledFrom(call)),
    previewException: async (body, call) =>
      previewRequest(exceptions, await receiveMessage(messages, body, 'exception-preview+jwt', call)),
    actOnException: async (requestId, body, call) => {
      const message = await receiveMessage(messages, body, 'exception-action+jwt', call)
      return await takeDeviceAction(exceptions, requestId, message, calledFrom(call))
    },
  })
  const pages = addConsole(server, {
    store,
    clock,
    issuer,
    organisation: settings.organisation.name,
    languages: settings.languages,
    listed: settings.people.length > 0,
    book: policy.current,
    resources,
    master: keys.nonceMaster,
    addressOf,
    ...(ports.consoleLimits === undefined ? {} : { limits: ports.consoleLimits }),
    isAwaited: (rows, personId) => isAwaited(exceptions, rows, personId),
    consoleDecision: (personId) =>
      store.read((rows) => bestConsoleDecision(exceptions, rows, personId, acting.anyNow())),
    onPeopleChanged: () => {
      desk.everythingChanged()
      if (!stopped) void work('people', async () => void (await outdateRequests(exceptions, 'all')))
    },
    isLogLocked: auditLog.sequencer.isLocked,
    answerers: [
      ...exceptionAnswerers(exceptions, createConsoleLimits(ports.consoleLimits)),
      ...auditAnswerers({
        store,
        auditLog,
        sources: {
          terms: (digest) => store.read((rows) => rows.exceptions.termsOf(digest)),
          decisions: (eventId) => batchedDecisions(store, eventId),
        },
        version: ports.version,
        folder: exportsFolder,
      }),
    ],
    addMore: (to, consolePorts) => {
      addAuditFiles(to, consolePorts, auditLog.files)
      addStepUpPage(to, { ...consolePorts, resources })
    },
  })
  addOperatorRoutes(server, { metrics, openApi: () => openApiDocument({ issuer, version: ports.version }) })
  const live = createLiveSocket({
    devices: {
      tokens: {
        issuer,
        nonces,
        keys: keyCache,
        seen: seenProofs(),
        readAccessToken: (token) => readAccessToken(keys.token, token),
      },
      subscriptions: createSubscriptions(
        store,
        relay,
        {
          device: deviceTopic(store, (event) => showReview(exceptions, event)),
          exceptions: exceptionsTopic({
            ...exceptions,
            sign: (claims) => signMessage(keys, 'exception-decision+jwt', claims),
          }),
        },
        log,
      ),
      take: (deviceId) => limits.takeByDevice('stream', deviceId),
      mayRead: (token) => mayReadStream(store, token, secondsNow(clock)),
      clock,
      heartbeatSeconds,
    },
    consoles: {
      ...pages,
      issuer,
      store,
      clock,
      subscriptions: createSubscriptions(
        store,
        relay,
        {
          [adminTopicName]: adminExceptionsTopic(exceptions),
          [auditTopicName]: adminAuditTopic({ state: logState, mayRead: (person) => readsLog(store, person) }),
        },
        log,
      ),
    },
    issueNonce: (jkt, now) => nonces.issue('dpop', jkt, now),
    clock,
    log,
    mostStreams,
    onCount: metrics.streams,
  })
  live.attach(server.server)

  const check = createCheckListener({
    desk,
    resources,
    callers: settings.callers.map((caller) => ({ ...caller, from: rangesOf(caller.from), origins: caller.origins })),
    checkUrl: settings.checkUrl,
    tls,
    clock: { ...clock, nowMs: () => acting.decisionNow() * 1000 },
    log,
    newDecisionId: () => uuidV7(clock.nowMs()),
    onDecided: metrics.decided,
    count: counter.count,
  })

  const endApi = gentleEnd(server.server, clock)
  const endCheck = gentleEnd(check, clock)

  const timers = new Map<string, () => void>()
  const recheckFailed = (deviceId: string, err: unknown) => log.error('recheck.failed', { deviceId, err })
  /** Runs again some time after each run ended, so that none overtakes the one before; soon where more is left to do. */
  const repeat = (name: string, milliseconds: number, act: () => Promise<boolean>, next = milliseconds) => {
    const run = async () => {
      let isMore = false
      await work(name, async () => {
        isMore = await act()
      })
      if (!stopped) repeat(name, milliseconds, act, isMore ? soonMs : milliseconds)
    }
    timers.set(
      name,
      clock.setTimer(next, () => void run()),
    )
  }
  policy.onChange(() => {
    desk.everythingChanged()
    const mayGoOn = () => !stopped
    void work('book', () => recheckAll(judging, () => secondsNow(clock), recheckFailed, mayGoOn))
  })
  relay.onFeed(({ topic, subject, seq }) => {
    if (topic !== 'device') return
    desk.deviceChanged(subject)
    live.told(subject)
    if (!stopped) void work('device-event', () => followDevice(subject, seq))
  })
  /** A device that went takes along what was asked and granted for it. */
  const followDevice = async (deviceId: string, seq: number) => {
    const event = await store.read((rows) => rows.feeds.find('device', deviceId, seq))
    if (event?.kind === 'state') await outdateRequests(exceptions, { device: deviceId })
  }

  return {
    async start() {
      await rm(exportsFolder, { recursive: true, force: true }) // left where a gateway ended in the middle of one
      await auditLog.start()
      auditLog.sequencer.onSequenced(({ to }) => {
        counter.logIs(to)
        heads.changed()
      })
      const signed = await store.read((rows) => rows.log.latestCheckpoint(auditLog.sequencer.log().number))
      counter.logIs(signed?.size ?? 0)
      await liveGrants.start(acting.decisionNow())
      await policy.start()
      await relay.start()
      await follower.start()
      await work('outdate', async () => void (await outdateRequests(exceptions, 'all')))
      const { api, check: checkAt } = settings.listen
      await server.listen({ host: api.host, port: api.port })
      await listen(check, checkAt)
      repeat('recheck', sweepMs, () => recheckDue(judging, secondsNow(clock), recheckFailed))
      const sweepFailed = (requestId: string, err: unknown) => log.error('exceptions.sweep-failed', { requestId, err })
      repeat('exceptions', endsMs, () => sweep(exceptions, sweepFailed))
      repeat('end-devices', sweepMs, async () => {
        const ended = await store.transact((rows) => endDevices(rows, secondsNow(clock), mostEnded))
        if (ended > 0) desk.everythingChanged()
        return ended === mostEnded
      })
      repeat('end-sessions', sweepMs, async () => {
        const ended = await store.transact((rows) => endIdleSessions(rows, clock.nowMs(), mostEnded))
        return ended === mostEnded
      })
      repeat('audit-reads', readsMs, async () => {
        await store.transact((rows) => tellReads(rows, secondsNow(clock)))
        return false
      })
      repeat('decisions', decisionsMs, async () => {
        await tellDecisions()
        return false
      })
      repeat('prune', pruneMs, () => prune(store, settings.organisation.retentionDays, secondsNow(clock)))
      const first = await store.transact((rows) => renewFirstAdmin(rows, clock.nowMs()))
      const listening = { api: addressOfServer(server.server), check: addressOfServer(check) }
      return first === undefined ? listening : { ...listening, firstAdminUrl: invitationUrl(issuer, first.token) }
    },
    async stop() {
      stopped = true
      for (const cancel of timers.values()) cancel()
      await heads.stop()
      await live.stop()
      await Promise.all([endApi(() => server.close()), endCheck(() => close(check))])
      await policy.stop()
      await relay.stop()
      await Promise.all(working)
      await work('decisions', tellDecisions)
      await auditLog.sequencer.stop()
      await follower.stop()
      await store.close()
    },
  }
}

/** Makes an enrolment token, beside a gateway that may be running. Failure: `unknown_person`. */
export async function issueEnrollmentToken(
  settings: GatewaySettings,
  wish: TokenWish,
  { clock }: { readonly clock: Clock },
): Promise<IssuedToken & { readonly link: string; readonly inviteUrl?: string }> {
  const keys = await openKeys(settings.data.keys, clock)
  const store = await openStore(settings.data.database)
  try {
    const { issued, invited } = await store.transact(async (rows) => {
      const nowMs = clock.nowMs()
      await syncPeople(rows, settings.people, nowMs)
      const made = await issueToken(rows, wish, nowMs)
      const owner = await rows.people.findByEmail(made.owner.email)
      const link = owner === undefined ? undefined : await inviteOwner(rows, owner.id, { person: null, nowMs })
      return { issued: made, invited: link }
    })
    return {
      ...issued,
      link: enrollmentLink(settings.issuer, issued.code, keys.agent.kid),
      ...(invited === undefined ? {} : { inviteUrl: invitationUrl(settings.issuer, invited.token) }),
    }
  } finally {
    await store.close()
  }
}

/** Makes a link for an admin who is locked out, on the gateway's own data; all admins are told. Failure: `unknown_person`. */
export async function inviteLockedOutAdmin(
  settings: GatewaySettings,
  email: string,
  { clock }: { readonly clock: Clock },
): Promise<{ readonly url: string; readonly expiresAt: number; readonly name: string; readonly email: string }> {
  const store = await openStore(settings.data.database)
  try {
    const { token, expiresAt, person } = await store.transact(async (rows) => {
      await syncPeople(rows, settings.people, clock.nowMs())
      return await inviteAdmin(rows, email, clock.nowMs())
    })
    return { url: invitationUrl(settings.issuer, token), expiresAt, name: person.name, email: person.email }
  } finally {
    await store.close()
  }
}

/**
 * After a rollback was found: another log begins under its own origin, on the gateway's own machine while no gateway runs; the
 * reason is kept with it, and all admins are told. Failure `not_found`: there is no log yet.
 */
export async function beginNewLog(
  settings: GatewaySettings,
  reason: string,
  { clock }: { readonly clock: Clock },
): Promise<NewLog> {
  const store = await openStore(settings.data.database)
  try {
    return await store.transact(async (rows) => {
      const opened = await openNewLog(rows, settings.issuer, { reason, at: secondsNow(clock) })
      await notifyAdmins(rows, { type: 'log-started', eventId: opened.eventId }, clock.nowMs())
      return opened
    })
  } finally {
    await store.close()
  }
}

/** After an old backup was restored: each device may begin its chain anew, once, until the given time (Unix seconds). */
export async function recoverChains(
  settings: GatewaySettings,
  until: number,
  { clock }: { readonly clock: Clock },
): Promise<{ readonly devices: number }> {
  const store = await openStore(settings.data.database)
  try {
    return await store.transact(async (rows) => {
      const devices = await rows.heads.reanchorAll(until)
      const at = secondsNow(clock)
      await recordEvent(rows, { type: 'chains-recovered', at, actor: null, object: null, members: { until, devices } })
      return { devices }
    })
  } finally {
    await store.close()
  }
}

/** What the log keeps of a device's call. */
function calledFrom({ traceId, place }: PlacedCall): Pick<PlacedCall, 'traceId' | 'place'> {
  return { traceId, place }
}

async function recordClockJump(store: Pick<Store, 'transact'>, jumpSeconds: number, at: number): Promise<void> {
  const members = { jump_s: jumpSeconds }
  await store.transact((rows) =>
    recordEvent(rows, { type: 'alarm-clock-jump', at, actor: null, object: null, members }),
  )
}

function configurationText(
  settings: GatewaySettings,
  salt: string,
  privacy: { readonly contact: string; readonly retention_days: number; readonly url: string },
  streamUri: string,
): string {
  const { issuer, organisation } = settings
  const consent = { issuer, name: organisation.name, fields: fieldIds, ...privacy }
  return JSON.stringify({
    issuer,
    name: organisation.name,
    profiles: [profile],
    jwks_uri: `${issuer}/.well-known/postern/jwks.json`,
    stream_uri: streamUri,
    enrollment_modes: ['token'],
    hint_salt: salt,
    min_agent: minAgent,
    consent: { sha256: hash(canonicalJson(consent)), fields: fieldIds, ...privacy },
  })
}

async function readTls({ tls, file }: GatewaySettings) {
  if (tls === undefined) return undefined
  const read = async (path: string, member: string) => {
    try {
      return await readFile(path, 'utf8')
    } catch (cause) {
      const issues = [{ pointer: `/tls/${member}`, detail: `${path} cannot be read: write a file that can` }]
      throw new Failure('settings_invalid', { file, issues }, { cause })
    }
  }
  return { cert: await read(tls.certificate, 'certificate'), key: await read(tls.key, 'key') }
}

/** Tells the log which settings differ from those of the last start; their values are nobody's business. */
async function noteSettings(rows: Rows, settings: GatewaySettings, at: number): Promise<void> {
  const now = settingsFingerprint(settings)
  const stored = await rows.meta.get('settings-fingerprint')
  const before: unknown = stored === undefined ? undefined : JSON.parse(stored)
  const keys = before === undefined ? [] : changedKeys(isFingerprint(before) ? before : {}, now)
  if (stored !== undefined && keys.length === 0) return
  await rows.meta.put('settings-fingerprint', JSON.stringify(now))
  if (keys.length === 0) return
  await recordEvent(rows, { type: 'settings-changed', at, actor: null, object: null, members: { keys } })
}

function isFingerprint(value: unknown): value is SettingsFingerprint {
  return typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'string')
}

/** Administrators and auditors read the log. */
async function readsLog(store: Store, person: string): Promise<boolean> {
  const found = await store.read((rows) => rows.people.find(person))
  return found !== undefined && rolesOf(found).some((role) => role === 'admin' || role === 'auditor')
}

async function prune(store: Store, retentionDays: number, now: number): Promise<false> {
  await store.transact(async (rows) => {
    await rows.messageIds.prune(now - keptSeconds.messageIds)
    await rows.ceremonies.prune(now)
    await rows.recoveries.prune(now - keptSeconds.recoveries)
    await rows.stepUps.prune(now - keptSeconds.stepUps)
    await rows.exceptions.pruneDrafts(now - keptSeconds.drafts)
    await rows.notices.prune(now - retentionDays * 86_400)
    await rows.feeds.prune(now - keptSeconds.feeds)
    await rows.outbox.pruneFeeds(now - keptSeconds.feeds)
    await rows.tokens.pruneFailures(now - keptSeconds.authorityFailures)
    await rows.attestations.prune(now - retentionDays * 86_400)
  })
  return false
}

function listen(server: Server, { host, port }: Listening): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

function addressOfServer(server: Server): Listening {
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('not listening')
  return { host: address.address, port: address.port }
}
