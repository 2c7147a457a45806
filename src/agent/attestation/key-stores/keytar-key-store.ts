import type { SecretService, SecretServiceState } from '#agent/machine/secret-service.ts'
import type { KeyStore, UnavailableReason } from '../key-store.ts'
import { type Obstacle, type RecordedBy, recordedKeyStore, type SecretPlace } from '../recorded-key-store.ts'
import { type CallLine, type CallOutcome, callLine } from './call-line.ts'

/** What we use of keytar. */
export type Keyring = {
  getPassword(service: string, account: string): Promise<string | null>
  setPassword(service: string, account: string, password: string): Promise<void>
  deletePassword(service: string, account: string): Promise<boolean>
  findCredentials(service: string): Promise<readonly { readonly account: string; readonly password: string }[]>
}

export type KeytarOptions = RecordedBy & {
  /** Asked before each call, so that none is made while a prompt would open. Undefined where the system has no such service. */
  readonly secretService: Pick<SecretService, 'state'> | undefined
  readonly development: boolean
  /** How long a caller waits; 10 s. */
  readonly limitMs?: number
  readonly loadKeyring?: () => Promise<Keyring>
}

const account = 'device-key'
const longestSecret = 2000 // Windows refuses more than 2560 bytes (github.com/atom/node-keytar/issues/112)

/**
 * A keychain, and whether a call to it is open that was given up on. Then this process cannot end by itself: at exit Node
 * waits for its worker threads, and a prompt may stay open for ever. Whoever stops the process ends it by a signal.
 */
export type KeytarKeyStore = KeyStore & { hasOpenCall(): boolean }

/**
 * The device key in the system's keychain. One call at a time and a limit towards the caller; judged by state, never by
 * the text of an error (desktop.md section 10). One store per process: two would call past each other.
 */
export function keytarKeyStore(options: KeytarOptions): KeytarKeyStore {
  const line = callLine(options.clock, options.limitMs ?? 10_000)
  return { ...recordedKeyStore(keytarPlace(options, line), options), hasOpenCall: line.isOverdue }
}

function keytarPlace(options: KeytarOptions, line: CallLine): SecretPlace {
  const service = options.development ? 'dev.postern.agent.development' : 'dev.postern.agent'
  const load = options.loadKeyring ?? loadKeytar
  let loaded: Promise<Keyring | undefined> | undefined

  function keyring(): Promise<Keyring | undefined> {
    loaded ??= load().catch((cause) => {
      loaded = undefined // a module that is installed later loads at the next try
      options.log.warn('key.back-end-missing', { err: cause })
      return undefined
    })
    return loaded
  }

  async function call<Value>(
    act: (ring: Keyring) => Promise<Value>,
  ): Promise<CallOutcome<Value> | { readonly kind: 'missing' }> {
    const ring = await keyring()
    return ring === undefined ? { kind: 'missing' } : line.call(() => act(ring))
  }

  async function obstacle(): Promise<Obstacle | undefined> {
    if (line.isOverdue()) return noAnswer
    const state = await options.secretService?.state()
    return state === undefined ? undefined : obstacleOf(state)
  }

  /** Why a call that did not succeed did not: the service is asked again, the error's text is not read. */
  async function whyNot(outcome: Unanswered): Promise<Obstacle> {
    if (outcome.kind === 'no-answer') return noAnswer
    if (outcome.kind === 'missing') return unavailable('back-end-missing')
    return (await emptiness()) ?? unavailable('back-end-error')
  }

  /** What may hide a secret: a locked collection also answers "nothing there", once its prompt is dismissed. */
  async function emptiness(): Promise<Obstacle | undefined> {
    const state = await options.secretService?.state()
    if (state === undefined) return undefined
    if (state.kind === 'reachable' && !state.hasCollection) return unavailable('no-collection')
    return obstacleOf(state)
  }

  /**
   * When a keychain was restarted under us, libsecret goes on asking the old one by its bus name, for as long as we live;
   * a search asks anew. Only where the service itself has nothing against it.
   */
  async function readBySearch(otherwise: Obstacle): Promise<Awaited<ReturnType<SecretPlace['read']>>> {
    if (otherwise.reason !== 'back-end-error') return otherwise
    const outcome = await call((ring) => ring.findCredentials(service))
    if (outcome.kind !== 'answered') return whyNot(outcome)
    const ours = outcome.value.find((entry) => entry.account === account)
    return ours === undefined ? otherwise : { kind: 'found', secret: ours.password }
  }

  return {
    backEnd: 'keytar',
    obstacle,
    settled: line.settled,

    async read() {
      const outcome = await call((ring) => ring.getPassword(service, account))
      if (outcome.kind === 'failed') return readBySearch(await whyNot(outcome))
      if (outcome.kind !== 'answered') return whyNot(outcome)
      if (outcome.value === null) return (await emptiness()) ?? { kind: 'none' }
      return { kind: 'found', secret: outcome.value }
    },

    async write(secret) {
      if (Buffer.byteLength(secret) > longestSecret) return unavailable('not-kept')
      const outcome = await call((ring) => ring.setPassword(service, account, secret))
      return outcome.kind === 'answered' ? { kind: 'written' } : whyNot(outcome)
    },

    async remove() {
      const before = await obstacle()
      if (before !== undefined) return before
      const outcome = await call((ring) => ring.deletePassword(service, account))
      return outcome.kind === 'answered' ? { kind: 'removed' } : whyNot(outcome)
    },
  }
}

type Unanswered = Exclude<CallOutcome<unknown>, { readonly kind: 'answered' }> | { readonly kind: 'missing' }

const noAnswer = { kind: 'locked', reason: 'no-answer' } as const

function unavailable(reason: UnavailableReason): Obstacle {
  return { kind: 'unavailable', reason }
}

function obstacleOf(state: SecretServiceState): Obstacle | undefined {
  if (state.kind === 'reachable') return state.locked ? { kind: 'locked', reason: 'collection-locked' } : undefined
  if (state.kind === 'no-bus') return unavailable('no-session-bus')
  if (state.kind === 'no-service') return unavailable('no-secret-service')
  return whenUnknown[state.why]
}

type UnknownWhy = Extract<SecretServiceState, { readonly kind: 'unknown' }>['why']

const whenUnknown: { readonly [Why in UnknownWhy]: Obstacle } = {
  'timed-out': noAnswer,
  denied: unavailable('not-judged'),
  'unrecognised-output': unavailable('not-judged'),
  'not-supported-here': unavailable('cannot-ask'),
}

/** Loads the native module on first use: it costs memory, and need not be there where a key file is used. */
async function loadKeytar(): Promise<Keyring> {
  const { default: keytar } = await import('keytar')
  return keytar
}
