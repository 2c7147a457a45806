import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type AgentCore, buildAgentCore } from '#agent/agent-core.ts'
import { fileKeyStore } from '#agent/attestation/key-stores/file-key-store.ts'
import { keytarKeyStore } from '#agent/attestation/key-stores/keytar-key-store.ts'
import type { SocketListener } from '#agent/gateway-client/web-socket.ts'
import { resolveSettings } from '#agent/managed-settings/resolve-settings.ts'
import type { AgentPorts } from '#agent/ports.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { observed, type Reading } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'
import { systemClock } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'
import { aCatalogue } from './a-catalogue.ts'
import { aFolder } from './a-folder.ts'
import { aKeyring, aSecretService } from './a-keyring.ts'
import { aLinuxMachine } from './a-linux-machine.ts'

/** The whole core on a machine made of values: a real folder, real HTTP, a keyring in memory, the gateway's end of streams in hand. */
export async function anAgent(more: Partial<AgentPorts> = {}) {
  const folder = await aFolder()
  const keyring = aKeyring()
  const secretService = aSecretService()
  const streams: { url: string; headers: { [name: string]: string }; listener: SocketListener; sent: string[] }[] = []
  const firewall: { now: Reading<SignalValues['firewall']>; tell: () => void } = {
    now: observed({ state: 'on' }, 'nft'),
    tell: () => undefined,
  }
  const enforced: { [name: string]: unknown } = {}
  const machine = aLinuxMachine({ files: { '/etc/machine-id': '0123456789abcdef0123456789abcdef\n' } })
  const ports: AgentPorts = {
    version: '0.1.0',
    development: true,
    channel: 'development',
    integrity: 'unknown',
    clock: systemClock(),
    random: () => 0.5,
    log: silentLog,
    machine,
    paths: { state: folder, control: join(folder, 'run', 'control.sock'), logs: join(folder, 'log') },
    arch: 'x64',
    uid: process.getuid?.() ?? -1,
    uptimeSeconds: () => 100,
    secretService: undefined,
    catalogue: aCatalogue({
      firewall: { watches: [{ on: 'file', path: '/etc/nftables.conf' }], take: async () => firewall.now },
      'os-version': { take: async () => observed({ name: 'Debian', version: '12' }, 'os-release') },
    }),
    beginWatch(watch, tell) {
      if (watch.on === 'file' && watch.path === '/etc/nftables.conf') firewall.tell = tell
      return () => undefined
    },
    readSettings: async (before) =>
      resolveSettings(
        {
          enforced: { kind: 'read', place: '/etc/postern/policy.json', members: enforced },
          defaults: { kind: 'read', place: '/etc/postern/defaults.json', members: {} },
        },
        {},
        before,
      ),
    keyStores: (by) => ({
      keytar: keytarKeyStore({ ...by, secretService, development: true, loadKeyring: async () => keyring.keyring }),
      file: fileKeyStore({
        ...by,
        path: join(folder, 'device-key'),
        isAllowed: by.isFileAllowed,
        os: 'linux',
        uid: process.getuid?.() ?? -1,
      }),
    }),
    connectSocket: async () => (url, headers, listener) => {
      const stream = { url, headers: { ...headers }, listener, sent: [] as string[] }
      streams.push(stream)
      return { sendText: (text) => void stream.sent.push(text), close: () => undefined, cut: () => undefined }
    },
    ...more,
  }
  const cores: AgentCore[] = []
  onTestFinished(async () => {
    for (const core of cores) await core.stop()
  })

  /** A process of the agent: the folder outlasts it. */
  async function aProcess() {
    const core = buildAgentCore(ports)
    cores.push(core)
    await core.start()
    const ask = core.answers('cli')
    return {
      core,
      ask,
      /** Resolves with the first snapshot that fits; a test that waits for ever fails by its limit. */
      until: (fits: (snapshot: Snapshot) => boolean) =>
        new Promise<Snapshot>((resolve) => {
          const end = core.snapshot.onChange((snapshot) => look(snapshot))
          const look = (snapshot: Snapshot) => {
            if (!fits(snapshot)) return
            end()
            resolve(snapshot)
          }
          look(core.snapshot.read())
        }),
    }
  }
  return { folder, ports, keyring, secretService, streams, firewall, enforced, aProcess }
}

/** Says hello on the newest stream, and tells what the topic `device` says there. */
export function theGatewayOn(agent: Awaited<ReturnType<typeof anAgent>>) {
  const stream = () => agent.streams.at(-1) ?? failNow()
  const say = (frame: object) =>
    stream().listener.onText(JSON.stringify({ v: 1, ts: Math.floor(Date.now() / 1000), ...frame }))
  return {
    hello() {
      stream().listener.onOpen()
      const token_exp = Math.floor(Date.now() / 1000) + 2100
      say({ t: 'hello', data: { session: 's', heartbeat_s: 240, token_exp, topics: ['device', 'exceptions'] } })
    },
    snapshot: (seq: number, data: object, topic: 'device' | 'exceptions' = 'device') =>
      say({ t: 'snapshot', topic, seq, data }),
    event: (seq: number, data: object, topic: 'device' | 'exceptions' = 'device') => say({ t: 'ev', topic, seq, data }),
    /** Loses the stream; the agent opens another. */
    lose: () => stream().listener.onClosed({ code: 1006 }),
    /** What the agent said on the newest stream. */
    heard: () => stream().sent.map((text): unknown => JSON.parse(text)),
  }
}

function failNow(): never {
  throw new Error('no stream was opened')
}
