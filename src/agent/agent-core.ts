import { join } from 'node:path'
import type { ShownRequest } from '#contract/agent-exceptions.ts'
import { type EnrollmentRecord, type PendingEnrollment, updateMemory } from '#contract/agent-state-files.ts'
import type { ChosenSettings, Route } from '#contract/agent-windows.ts'
import { gatewayApi } from '#contract/gateway-api.ts'
import type { PostureResultClaims } from '#contract/gateway-messages.ts'
import type { Asker, Notice, NoticeName, Snapshot } from '#contract/ipc.ts'
import { Failure, isFailure } from '#domain/failure.ts'
import { type SignalId, signalIds } from '#domain/signals.ts'
import { pause } from '#runtime/clock.ts'
import { type CurrentValue, currentValue } from '#runtime/current-value.ts'
import { singleFlight } from '#runtime/single-flight.ts'
import { stateFile } from '#runtime/state-file.ts'
import { attest } from './attestation/attest.ts'
import { chainFile } from './attestation/chain.ts'
import { openKeyStore } from './attestation/choose-key-store.ts'
import { delegateKeys } from './attestation/delegate-key.ts'
import { keyRecordFile } from './attestation/key-record.ts'
import { fileKeyStore } from './attestation/key-stores/file-key-store.ts'
import { keytarKeyStore } from './attestation/key-stores/keytar-key-store.ts'
import { configInForce, readDecision, readResult } from './attestation/read-gateway-messages.ts'
import { askedSignals } from './attestation/reported-claims.ts'
import { applyConfig } from './enrollment/apply-config.ts'
import type { EnrollPorts, enroll, previewEnrollment } from './enrollment/enroll.ts'
import { openEnrollment } from './enrollment/enrollment-state.ts'
import { openAskedVotes } from './exceptions/asked-votes.ts'
import { openDrafts } from './exceptions/drafts.ts'
import { type ExceptionDesk, exceptionDesk } from './exceptions/exception-desk.ts'
import { openKeptReplies } from './exceptions/kept-replies.ts'
import { openRequestTracker } from './exceptions/request-tracker.ts'
import { chooseProxy } from './gateway-client/choose-proxy.ts'
import type { DeviceToken } from './gateway-client/device-token.ts'
import { type DeviceTopic, takeDeviceEvent, takeDeviceSnapshot } from './gateway-client/device-topic.ts'
import { beforeFirstTls, type Exchange, nodeExchange } from './gateway-client/exchange.ts'
import { explainFailure } from './gateway-client/explain-failure.ts'
import { gate } from './gateway-client/gate.ts'
import { type ClientPorts, type GatewayClient, gatewayClient } from './gateway-client/gateway-client.ts'
import { gatewayNetwork } from './gateway-client/gateway-network.ts'
import { type LiveConnection, liveConnection } from './gateway-client/live-connection.ts'
import { outbox } from './gateway-client/outbox.ts'
import { proxyOfEnvironment } from './gateway-client/proxy-of-environment.ts'
import { readProblem } from './gateway-client/read-answer.ts'
import { streamUrl } from './gateway-client/stream-url.ts'
import { trustSystemCertificates } from './gateway-client/trust-system-certificates.ts'
import { loadConnectSocket } from './gateway-client/web-socket.ts'
import { type ManagedSettings, unmanaged } from './managed-settings/resolve-settings.ts'
import { readManagedSettings, settingsSources } from './managed-settings/settings-sources.ts'
import type { AgentPorts } from './ports.ts'
import { noKeptReadings } from './posture/kept-readings.ts'
import { type PostureMonitor, postureMonitor } from './posture/posture-monitor.ts'
import { type RunningSchedule, type RunOutcome, runSchedule } from './posture/run-schedule.ts'
import type { RunReason } from './posture/schedule.ts'
import { takeReadings } from './posture/take-readings.ts'
import { openConsent } from './privacy/consent.ts'
import { openSentLedger } from './privacy/sent-ledger.ts'
import { probeCatalogue } from './probes/probe-catalogue.ts'
import { machineIdentity } from './system/machine-identity.ts'
import { watchersOf } from './system/watchers/watchers.ts'
import { agentStanding, type Standing } from './window-api/agent-standing.ts'
import { type AnswerRequest, answerRequest } from './window-api/answer-request.ts'
import { requestHandlers } from './window-api/handlers.ts'
import { type HistoryDesk, historyDesk } from './window-api/history-desk.ts'
import { type Inspection, type InspectionPorts, inspect } from './window-api/inspect-agent.ts'
import { networkFacts } from './window-api/network-facts.ts'
import { chosenBelow, ownSettings } from './window-api/own-settings.ts'
import { missingFields, type PrivacyDesk, privacyDesk } from './window-api/privacy-desk.ts'
import { isKeyFailure, retryAfterFailure } from './window-api/retry-after-failure.ts'
import { routeDesk, type WindowDesk, windowDesk } from './window-api/window-desk.ts'

export type AgentCore = {
  /** Opens what is on disk, then reads, watches and reports in the background. Failures: `state_unreadable`, `state_too_new`. */
  start(): Promise<void>
  /** Ends watches, timers, the stream and what is under way; nothing is sent afterwards. */
  stop(): Promise<void>
  /** For a carrier that has proven who asks. */
  answers(asker: Asker): AnswerRequest
  /** For a carrier: tells until the returned function is called. */
  onNotice<Name extends NoticeName>(name: Name, listener: (notice: Notice<Name>) => void): () => void
  /** Something outside the window wants this shown: told to windows that listen, and kept for the one that opens next. */
  requestRoute(route: Route): void
  /** What the person chose, and what the organisation set above it. */
  settings(): ChosenSettings & { readonly managed: ManagedSettings }
  readonly snapshot: Pick<CurrentValue<Snapshot>, 'read' | 'onChange'>
}

/** What `doctor` says of this machine's agent. Works beside a running one; `issuer` names a gateway where none is enrolled. */
export async function inspectAgent(ports: AgentPorts, issuer?: string): Promise<Inspection> {
  const parts = agentParts(ports)
  await parts.readSettings()
  const readEnrollment = async () => (await openEnrollment(parts.path('enrollment.json'))).read()
  const clientOf = parts.clients({
    isConsented: () => false,
    keepCopy: () => Promise.reject(new Failure('consent_missing', {})),
  })
  return inspectParts(ports, parts, { readEnrollment, clientOf }, issuer)
}

function inspectParts(
  ports: AgentPorts,
  parts: AgentParts,
  of: Pick<InspectionPorts, 'readEnrollment' | 'clientOf'>,
  issuer?: string,
): Promise<Inspection> {
  const { machine, secretService, paths } = ports
  const { judgeKey } = parts
  const readSettings = async () => parts.settings.read()
  return inspect({ machine, stateFolder: paths.state, secretService, judgeKey, readSettings, ...of }, issuer)
}

/** What is made from ports alone, without looking at the disk. */
function agentParts(ports: AgentPorts) {
  const { clock, log, machine } = ports
  const path = (name: string) => join(ports.paths.state, name)
  const identity = machineIdentity({ machine, clock })
  const settings = currentValue<ManagedSettings>(unmanaged)
  const records = keyRecordFile(ports.paths.state)
  const isFileAllowed = () => settings.read().values.AllowFileKey
  const by = { records, machineHash: identity.keyedMachineHash, clock, log, isFileAllowed }
  const stores = ports.keyStores?.(by) ?? {
    keytar: keytarKeyStore({ ...by, secretService: ports.secretService, development: ports.development }),
    file: fileKeyStore({
      ...by,
      path: path('device-key'),
      isAllowed: isFileAllowed,
      os: machine.host().os,
      uid: ports.uid,
    }),
  }
  const keys = () => openKeyStore({ records, allowFileKey: isFileAllowed(), stores })
  const proxyFor = ports.network?.proxyFor ?? (async (url) => proxyOfEnvironment(process.env, url))
  const network = gatewayNetwork({
    clock,
    choose: (url) => chooseProxy(settings.read().values, proxyFor, url),
    pins: () => settings.read().values.PinnedSpki ?? [],
  })
  const exchange = ports.exchange ?? beforeFirstTls(nodeExchange(clock, network), trustSystemCertificates)
  const own = ownSettings(path('settings.json'), log)
  const readSettings = ports.readSettings ?? ((before) => readManagedSettings(machine, chosenBelow(own.read()), before))

  return {
    path,
    identity,
    settings,
    network,
    own,
    records,
    keys,
    async judgeKey() {
      const store = await keys()
      return { backEnd: store.backEnd, state: await store.state() }
    },
    async readSettings() {
      settings.replace(await readSettings(settings.read()))
    },
    /** One client per gateway, so that its nonces and its time are known wherever it is used. */
    clients(rules: ClientRules): (issuer: string) => GatewayClient {
      const made = new Map<string, GatewayClient>()
      return (issuer) => {
        const isConsented = () => rules.isConsented(issuer)
        const through = rules.exchange === undefined ? exchange : rules.exchange(exchange)
        const ports = { issuer, exchange: through, clock, log, isConsented, keepCopy: rules.keepCopy }
        const client = made.get(issuer) ?? gatewayClient(ports)
        made.set(issuer, client)
        return client
      }
    },
  }
}
type AgentParts = ReturnType<typeof agentParts>

/** What a client may do. */
type ClientRules = {
  readonly isConsented: (issuer: string) => boolean
  readonly keepCopy: ClientPorts['keepCopy']
  readonly exchange?: (exchange: Exchange) => Exchange
}

/** Builds the agent that the app, the headless agent and the development shell run. Nothing happens before `start`. */
export function buildAgentCore(ports: AgentPorts): AgentCore {
  const parts = agentParts(ports)
  const standing = agentStanding(
    { version: ports.version, development: ports.development, os: ports.machine.host().os, managed: unmanaged },
    ports.clock,
  )
  let agent: Promise<RunningAgent> | undefined
  const running = () => agent ?? Promise.reject(new Failure('agent_not_running', {}))
  const routes = routeDesk()
  const changes = currentValue<ShownRequest | undefined>(undefined)
  const handlers = requestHandlers({
    snapshot: standing.snapshot.read,
    checkNow: async () => (await running()).checkNow(),
    preview: async (link) => (await running()).preview(link),
    confirm: async (link, consent) => (await running()).confirm(link, consent),
    cancelEnrollment: async () => (await running()).cancelEnrollment(),
    tryKeyAgain: async () => (await running()).tryKeyAgain(),
    exceptions: async () => (await running()).exceptions,
    takeRoute: routes.take,
    privacy: async () => (await running()).privacy,
    history: async () => (await running()).history,
    window: async () => (await running()).window,
  })
  const subscribe: Subscribe = {
    'snapshot/changed': standing.snapshot.onChange,
    'exception/changed': (listener) => changes.onChange((changed) => changed !== undefined && listener(changed)),
    'route/requested': routes.onRequest,
  }
  return {
    async start() {
      agent ??= startAgent(ports, parts, standing, changes.replace)
      await agent
    },
    async stop() {
      const stopping = agent
      agent = undefined
      await stopping?.then(
        (started) => started.stop(),
        () => undefined, // it never started
      )
    },
    answers: (asker) => answerRequest(asker, handlers, ports),
    onNotice: (name, listener) => subscribe[name](listener),
    requestRoute: routes.request,
    settings: () => ({ ...parts.own.read(), managed: parts.settings.read() }),
    snapshot: standing.snapshot,
  }
}

type Subscribe = {
  readonly [Name in NoticeName]: (listener: (notice: Notice<Name>) => void) => () => void
}

type RunningAgent = {
  checkNow(): Promise<void>
  preview(link: string): ReturnType<typeof previewEnrollment>
  confirm(link: string, consent: string): Promise<void>
  cancelEnrollment(): Promise<void>
  tryKeyAgain(): Promise<void>
  readonly exceptions: ExceptionDesk
  readonly privacy: PrivacyDesk
  readonly history: HistoryDesk
  readonly window: WindowDesk
  stop(): Promise<void>
}

const keptWaitingMs = 3000
/** Timers take 31 bits of milliseconds. */
const longestTimerMs = 2 ** 31 - 1

/** Opens what is on disk, then starts reading and reporting. */
async function startAgent(
  ports: AgentPorts,
  parts: AgentParts,
  standing: Standing,
  tellRequest: (changed: ShownRequest) => void,
): Promise<RunningAgent> {
  const { clock, log, machine, random } = ports
  await parts.own.open()
  await parts.readSettings()
  const [consent, ledger, enrollment, drafts] = await Promise.all([
    openConsent(parts.path('consent.json')),
    openSentLedger(parts.path('sent-ledger'), log),
    openEnrollment(parts.path('enrollment.json')),
    openDrafts(parts.path('drafts'), log),
  ])
  const tracker = await openRequestTracker({
    folder: parts.path('history/requests'),
    issuer: () => enrollment.read()?.issuer,
    readDecision: (jws) => readDecision(jws, enrollment.active(), standing.seconds()),
    nowSeconds: standing.seconds,
    log,
  })
  const replies = await openKeptReplies(parts.path('drafts/replies.json'), log)
  const askedVotes = await openAskedVotes(parts.path('history/asked-votes.json'), standing.seconds, log)
  const chain = chainFile(ports.paths.state)
  const delegates = delegateKeys(clock)
  const sending = gate() // closed at the end: then nothing is written or sent any more
  const clientOf = parts.clients({
    isConsented: consent.isGivenFor,
    keepCopy: (copy) => sending.pass(() => ledger.record(copy)),
    exchange: (exchange) => (question) => sending.pass(() => exchange(question)),
  })
  const agentFacts = {
    version: ports.version,
    integrity: ports.integrity,
    channel: ports.channel,
    arch: ports.arch,
    os: machine.host().os,
  }
  const enrollPorts: EnrollPorts = {
    clientOf,
    consent,
    enrollment,
    chain,
    keys: parts.keys,
    version: ports.version,
    development: ports.development,
    namedKid: () => parts.settings.read().values.GatewayConfigKid,
    isLost: () => standing.read().heldBack !== undefined || standing.read().key?.state.kind === 'missing',
    host: { name: machine.host().name, os: machine.host().os, arch: ports.arch },
    identity: parts.identity,
  }
  const exceptions = exceptionDesk({
    drafts,
    replies,
    tracker,
    enrollment: enrollment.active,
    async speaker() {
      const record = enrollment.active()
      return { client: clientOf(record.issuer), keys: await parts.keys(), enrollment: record }
    },
    result: () => standing.read().result,
    nowSeconds: standing.seconds,
    log,
  })
  let reportWaits: number | undefined
  const privacy = privacyDesk({
    consent,
    ledger,
    enrollment: enrollment.read,
    settings: parts.own,
    drafts: drafts.all,
    reportWaits: () => reportWaits,
  })
  const history = historyDesk({
    folder: parts.path('history'),
    tracker,
    ledger,
    nowSeconds: standing.seconds,
    log,
  })
  const window = windowDesk({
    shell: ports,
    settings: parts.own,
    managed: parts.settings.read,
    rereadSettings,
    enrollment: enrollment.read,
    keyRecord: () => parts.records.read(),
    snapshot: standing.snapshot.read,
    inspect: () => inspectParts(ports, parts, { readEnrollment: async () => enrollment.read(), clientOf }),
    networkFacts: () => networkFacts(parts.network, enrollment.read()?.issuer),
    request: (request_id) => exceptions.show({ request_id }),
    privacy,
    nowSeconds: standing.seconds,
  })
  const monitor = makeMonitor(ports, parts)
  let token: DeviceToken | undefined
  let live: LiveConnection | undefined
  let cancelPending = () => {}
  let cancelExpiry = () => {}
  let cancelEnd = () => {}
  let applying: Promise<unknown> = Promise.resolve()
  const ends: (() => void)[] = []

  // What was told by the gateway, proven before it counts, one after another.
  function inTurn<Done>(act: () => Promise<Done>): Promise<Done> {
    const done = applying.then(act)
    applying = done.catch(() => undefined) // whoever asked for it is told
    return done
  }
  const takeConfig = (jws: string) =>
    inTurn(async () => {
      const claims = await applyConfig(enrollment, jws, standing.seconds())
      if (claims === undefined) return
      history.enrollment({ event: 'configuration', by: 'organisation', host: hostOf(claims.iss) })
      followConfig()
    })
  const takeResult = (jws: string) =>
    inTurn(async () => showResult(await readResult(jws, enrollment.active(), standing.seconds())))

  function followConfig(): void {
    const record = enrollment.read()
    if (record?.state !== 'active') return
    const { signals, schedule: wanted } = configInForce(record)
    const minutes = parts.settings.read().values.CheckIntervalMinutes
    monitor.want(askedSignals(signals))
    schedule.tell({ kind: 'interval', seconds: minutes === undefined ? wanted.interval_s : minutes * 60 })
    standing.change({ enrollment: record })
    tellConsent()
  }
  function tellConsent(): void {
    const given = consent.inForce()
    standing.change({
      consent: {
        by: given?.by ?? null,
        missing: [...missingFields(enrollment.read(), given?.fields)],
        unseen: given?.by === 'policy' && parts.own.read().shown_consent !== given.sha256,
      },
    })
  }
  /** An older judgement never takes the place of a newer one. */
  function showResult(claims: PostureResultClaims): void {
    const shown = standing.read().result?.claims
    if (shown !== undefined && (claims.iat < shown.iat || claims.evidence.seq < shown.evidence.seq)) return
    standing.change({ result: { claims, at: standing.seconds(), nextDue: claims.next_due } })
    history.judged(claims)
    monitor.hurry(refusing(claims))
    inBackground(() => tracker.takeVerdict(claims.grants))
    cancelExpiry()
    cancelExpiry = clock.setTimer(Math.max(0, claims.exp - standing.seconds()) * 1000 + 500, () => standing.change({}))
  }
  function inBackground(act: () => Promise<unknown>): void {
    void act().catch((thrown: unknown) => log.error('agent.broke', { err: thrown }))
  }
  function fail(thrown: unknown): void {
    if (!isFailure(thrown) || thrown.code === 'agent_not_running') return
    // Since when, not when last: the same failure again is no other one.
    if (standing.read().failure?.code !== thrown.code)
      standing.change({ failure: { code: thrown.code, at: standing.seconds() } })
    if (thrown.code === 'device_quarantined') standing.change({ heldBack: 'quarantined' })
    if (thrown.code === 'retired_key') standing.change({ heldBack: 'retired' })
  }
  const judgeKey = singleFlight(async () => {
    try {
      const key = await parts.judgeKey()
      standing.change({ key })
      history.key({ event: key.state.kind, back_end: key.backEnd })
    } catch (thrown) {
      if (!isFailure(thrown)) throw thrown
      fail(thrown)
    }
  })

  /** One attestation, from readings to what its answer sets off. */
  async function report(reason: RunReason): Promise<RunOutcome> {
    const failuresBefore = schedule.state().failures
    try {
      await firstReadings
      await rereadSettings()
      const readings = await monitor.refresh(oldestReadingSeconds[reason])
      const record = enrollment.active()
      const client = clientOf(record.issuer)
      const keys = await parts.keys()
      const attested = await attest(
        {
          client: { ...client, send: (route, message) => client.send(route, { ...message, reason }) },
          keys,
          chain,
          log,
          isTlsInspected: parts.network.isInspected,
        },
        record,
        {
          agent: agentFacts,
          keyStore: keys.backEnd,
          virtual: await machine.virtual(),
          uptimeSeconds: ports.uptimeSeconds(),
          managed: parts.settings.read().governed.length > 0,
          agreed: consent.inForce()?.fields ?? [],
          readings,
        },
        delegates.current(),
      )
      token = attested.token
      reportWaits = undefined
      standing.change({ failure: undefined, heldBack: undefined })
      await inTurn(async () => showResult(attested.result))
      if (attested.config !== undefined) await takeConfig(attested.config.jws)
      openStream(client)
      inBackground(exceptions.sendWaiting)
      const kind = standing.read().key?.state.kind
      if (kind !== 'ok' && kind !== 'file') await judgeKey()
      return { kind: 'accepted', nextDueAt: (attested.nextDue - client.aheadSeconds()) * 1000 }
    } catch (thrown) {
      if (!isFailure(thrown)) throw thrown
      log.warn('attestation.failed', { reason, code: thrown.code })
      fail(thrown)
      if (isKeyFailure(thrown)) await judgeKey()
      if (isFailure(thrown, 'gateway_unreachable')) {
        reportWaits ??= standing.seconds()
        waiting.put('attestation', attestNow)
      }
      return { kind: 'failed', notBefore: clock.nowMs() + retryAfterFailure(thrown, failuresBefore, random) }
    }
  }
  const schedule: RunningSchedule = runSchedule({ clock, random, log, act: report })
  const waiting = outbox<'attestation'>((kind, thrown) => log.warn('outbox.broke', { kind, err: thrown }))
  function attestNow(): Promise<void> {
    schedule.tell({ kind: 'asked' })
    return schedule.finished()
  }

  /** The stream follows the first token; every later one lets a waiting stream try again. */
  function openStream(client: GatewayClient): void {
    if (live !== undefined) return live.hurry()
    const url = () => {
      const record = enrollment.read()
      return streamUrl(client.issuer, record?.state === 'active' ? configInForce(record).stream_uri : undefined)
    }
    const topic: DeviceTopic = {
      onConfig: (jws) => takeConfig(jws).catch(passOver),
      onResult: (jws) => takeResult(jws).catch(passOver),
      onAttestNow: () => void attestNow(),
      onReview({ request_id, stage, checks, requester, decide_by }) {
        const asked = { request_id, stage, checks, requester: requester.name, decide_by, told_at: standing.seconds() }
        inBackground(() => askedVotes.take(asked))
      },
      onState(state) {
        // Nobody signed this: it only makes the agent ask.
        if ((state === 'active') !== (standing.read().heldBack === undefined)) void attestNow()
      },
    }
    const passOver = (thrown: unknown) => {
      if (!isFailure(thrown)) throw thrown
      log.warn('live.not-taken', { code: thrown.code })
    }
    live = liveConnection({
      url: () => url().called,
      topics: ['device', 'exceptions'],
      clock,
      random,
      log,
      connect: ports.connectSocket ?? (() => loadConnectSocket(clock, parts.network)),
      async prove(beyond) {
        if (token === undefined || token.exp <= beyond) return undefined
        return { ...(await client.prove(token, 'GET', url().proven)), exp: token.exp }
      },
      needToken: () => void attestNow(),
      onRefused(answer) {
        client.learn(answer, token?.delegate.kid ?? '')
        const failure = readProblem(gatewayApi.stream, answer)
        if (failure.code === 'device_quarantined' || failure.code === 'retired_key') fail(failure)
        return failure
      },
      onUnreachable(thrown) {
        fail(isFailure(thrown) ? thrown : explainFailure(thrown, { host: new URL(client.issuer).host }))
      },
      onState(stream) {
        standing.change({ stream })
        if (stream !== 'open') return
        const { failure } = standing.read()
        if (failure?.code === 'gateway_unreachable' || failure?.code === 'gateway_untrusted')
          standing.change({ failure: undefined })
        inBackground(waiting.flush)
        inBackground(exceptions.sendWaiting)
      },
      onSnapshot: (name, data) =>
        name === 'device' ? takeDeviceSnapshot(data, topic, log) : tracker.takeSnapshot(data),
      onEvent: (name, data) => (name === 'device' ? takeDeviceEvent(data, topic, log) : tracker.takeEvent(data)),
      nowSeconds: client.nowSeconds,
    })
    live.start()
  }
  function closeStream(): void {
    live?.stop()
    live = undefined
    token = undefined
  }

  /** What an enrolment, found or new, sets off. */
  function followEnrollment(): void {
    cancelPending()
    const record = enrollment.read()
    standing.change({ enrollment: record })
    tellConsent()
    if (record === undefined) return schedule.tell({ kind: 'not-ready' })
    standing.setTime(clientOf(record.issuer).aheadSeconds)
    if (record.state === 'active') {
      followConfig()
      return schedule.tell({ kind: 'ready' })
    }
    const wait = Math.max(1, record.retry_at - standing.seconds()) * 1000
    cancelPending = clock.setTimer(wait, () => inBackground(() => askAgain(record)))
  }
  async function askAgain(record: PendingEnrollment): Promise<void> {
    try {
      const { continueEnrollment } = await enrolling()
      const next = await continueEnrollment(enrollPorts, record)
      if (next.state === 'active') tellEnrolled(next, 'organisation')
      standing.change({ failure: undefined })
    } catch (thrown) {
      if (!isFailure(thrown)) throw thrown
      if (thrown.code === 'agent_not_running') return
      fail(thrown)
      if (thrown.code === 'enrollment_refused') {
        history.enrollment({ event: 'refused', by: 'organisation', host: hostOf(record.issuer) })
        await enrollment.clear()
      } else await enrollment.write({ ...record, retry_at: standing.seconds() + pendingRetrySeconds })
    }
    followEnrollment()
  }
  function tellEnrolled(record: EnrollmentRecord, by: 'you' | 'organisation'): void {
    const event = record.state === 'active' ? 'enrolled' : 'waiting-approval'
    history.enrollment({ event, by, host: hostOf(record.issuer) })
  }
  async function rereadSettings(): Promise<void> {
    await parts.readSettings()
    standing.change({ managed: parts.settings.read() })
  }

  /** Somebody may have opened the keychain: worth a look while the key is out of reach. */
  async function tryKeyOnHint(): Promise<void> {
    const isUsable = () => ['ok', 'file'].includes(standing.read().key?.state.kind ?? '')
    if (isUsable()) return
    await judgeKey()
    if (isUsable() && enrollment.read()?.state === 'active') await attestNow()
  }

  // From here on things happen by themselves.
  function tellExceptions(): void {
    const head = exceptions.head()
    standing.change({ exceptions: head })
    cancelEnd()
    const ends = head.requests.flatMap(({ decide_by, grant }) => grant?.not_after ?? decide_by ?? [])
    if (ends.length === 0) return
    const wait = Math.min(longestTimerMs, Math.max(0, Math.min(...ends) - standing.seconds()) * 1000 + 500)
    cancelEnd = clock.setTimer(wait, tellExceptions)
  }
  tellExceptions()
  standing.change({ askedVotes: askedVotes.all() })
  ends.push(
    askedVotes.onChange(() => standing.change({ askedVotes: askedVotes.all() })),
    drafts.onChange(tellExceptions),
    tracker.onChange((changed) => {
      tellExceptions()
      tellRequest(changed)
    }),
    parts.own.onChange(() => {
      standing.change({ snoozed: parts.own.read().snoozed })
      tellConsent()
    }),
  )
  history.runs(ports.version)
  standing.change({ sent: ledger.latest(), managed: parts.settings.read(), snoozed: parts.own.read().snoozed })
  ends.push(ledger.onChange(() => standing.change({ sent: ledger.latest() })))
  ends.push(
    monitor.onChange(() => {
      standing.change({ readings: monitor.latest() })
      schedule.tell({ kind: 'changed' })
    }),
  )
  ends.push(...watchSettings(ports, () => inBackground(() => rereadSettings().then(followConfig))))
  ends.push(...watchShell(ports, schedule, monitor))
  ends.push(
    ...watchOpening(
      ports,
      () => void attestNow(),
      () => inBackground(tryKeyOnHint),
    ),
  )
  const firstReadings = monitor.start().then((readings) => standing.change({ readings }))
  void Promise.all([firstReadings, judgeKey()]).then(
    () => standing.change({ started: true }),
    (thrown: unknown) => log.error('start.broke', { err: thrown }),
  )
  followEnrollment()

  // Enrolment: one at a time, by whoever agreed to exactly that description.
  let isEnrolling = false
  async function follow(link: string, agreed: Parameters<typeof enroll>[2]): Promise<void> {
    if (isEnrolling) throw new Failure('too_many_questions', {})
    isEnrolling = true
    try {
      await judgeKey()
      const record = await (await enrolling()).enroll(enrollPorts, link, agreed)
      tellEnrolled(record, agreed.by === 'user' ? 'you' : 'organisation')
      closeStream()
      standing.change({ heldBack: undefined, result: undefined, failure: undefined })
      await judgeKey()
      followEnrollment()
    } finally {
      isEnrolling = false
    }
  }
  /** Without a question, where the organisation says so; the person is shown it when a window first opens. */
  async function enrollByPolicy(): Promise<void> {
    const { SilentEnrollment } = parts.settings.read().values
    const { enroll_link: link } = standing.snapshot.read()
    if (!SilentEnrollment || link === null || isEnrolling) return
    try {
      const { consent: sha256 } = await (await enrolling()).previewEnrollment(enrollPorts, link)
      await follow(link, { sha256, by: 'policy' })
    } catch (thrown) {
      if (!isFailure(thrown)) throw thrown
      log.warn('enrollment.by-policy-failed', { code: thrown.code })
      fail(thrown)
      cancelPending = clock.setTimer(pendingRetrySeconds * 1000, () => inBackground(enrollByPolicy))
    }
  }
  inBackground(enrollByPolicy)

  return {
    async checkNow() {
      standing.change({ checking: true })
      try {
        await firstReadings
        standing.change({ readings: await monitor.checkNow() })
        await judgeKey()
        if (enrollment.read()?.state === 'active') await attestNow()
      } finally {
        standing.change({ checking: false })
      }
    },
    preview: async (link) => (await enrolling()).previewEnrollment(enrollPorts, link),
    confirm: (link, sha256) => follow(link, { sha256, by: 'user' }),
    async cancelEnrollment() {
      if (enrollment.read()?.state !== 'pending') return
      await enrollment.clear()
      followEnrollment()
    },
    async tryKeyAgain() {
      await judgeKey()
      if (enrollment.read()?.state === 'active') await attestNow()
    },
    exceptions,
    privacy: {
      ...privacy,
      async accept(fields) {
        await privacy.accept(fields)
        if (fields.length > 0 && enrollment.read() !== undefined)
          history.enrollment({ event: 'fields-accepted', by: 'you', host: hostOf(enrollment.read()?.issuer ?? '') })
        tellConsent()
        if (fields.length > 0) schedule.tell({ kind: 'asked' })
      },
    },
    history,
    window,
    async stop() {
      schedule.stop()
      monitor.stop()
      closeStream()
      cancelPending()
      cancelExpiry()
      cancelEnd()
      for (const end of ends) end()
      const written = [tracker.settled(), history.close(), ledger.settled(), askedVotes.settled()]
      const ended = Promise.all([sending.close(), schedule.finished(), applying, ...written])
      await Promise.race([ended, pause(clock, keptWaitingMs)])
    },
  }
}

const pendingRetrySeconds = 300

/** Loaded once in the life of a device. */
const enrolling = () => import('./enrollment/enroll.ts')

function hostOf(issuer: string): string {
  return issuer.replace(/^https?:\/\//, '')
}

/** How old a reading may be when it is sent, by why the report is made. */
const oldestReadingSeconds: { readonly [Reason in RunReason]: number } = {
  start: 60,
  interval: 60,
  'next-due': 60,
  changed: 900, // what changed was read just now
  asked: 10,
  woken: 0,
  retry: 60,
}

function makeMonitor(ports: AgentPorts, parts: AgentParts): PostureMonitor {
  const { clock, log, machine } = ports
  const catalogue = ports.catalogue ?? probeCatalogue
  const kept = noKeptReadings()
  const memory = stateFile(parts.path('history/updates.json'), 1, updateMemory)
  const sources = { machine, clock, log, catalogue, kept, updateMemory: memory }
  const take = (signals: readonly SignalId[]) => takeReadings(sources, signals)
  const watch = ports.beginWatch ?? watchersOf(machine)
  return postureMonitor({ take, catalogue, os: machine.host().os, clock, log, beginWatch: watch }, signalIds)
}

/** The signals by which access is refused somewhere: they are read at their urgent pace. */
function refusing(result: PostureResultClaims): readonly SignalId[] {
  const checks = new Set(
    result.resources
      .filter((resource) => resource.access === 'refuse')
      .flatMap((resource) => resource.findings.map((finding) => finding.check)),
  )
  return askedSignals(result.checks.filter((check) => checks.has(check.check)).map((check) => check.signal))
}

function watchSettings(ports: AgentPorts, tell: () => void): readonly (() => void)[] {
  const source = settingsSources[ports.machine.host().os]
  if (source === 'not-supported-here') return []
  const begin = ports.beginWatch ?? watchersOf(ports.machine)
  return source.watches.map((watch) => begin(watch, tell))
}

/** What a shell that knows power, sleep and presence adds. */
function watchShell(ports: AgentPorts, schedule: RunningSchedule, monitor: PostureMonitor): readonly (() => void)[] {
  const { power, presence } = ports
  return [
    ...(power === undefined
      ? []
      : [
          power.onPower((now) => {
            monitor.onPower(now)
            schedule.tell({ kind: 'power', power: now })
          }),
          power.onSleep((change) => {
            const windowOpen = ports.isWindowOpen?.() ?? false
            schedule.tell(change === 'asleep' ? { kind: 'asleep' } : { kind: 'woken', windowOpen })
          }),
        ]),
    ...(presence === undefined
      ? []
      : [presence.onPresence((now) => schedule.tell({ kind: 'presence', presence: now }))]),
  ]
}

/** Somebody is back, or opened the keychain. */
function watchOpening(ports: AgentPorts, back: () => void, keyHint: () => void): readonly (() => void)[] {
  const ends = [ports.presence?.onUnlock?.(back), ports.secretService?.onHint?.(keyHint)]
  return ends.filter((end) => end !== undefined)
}
