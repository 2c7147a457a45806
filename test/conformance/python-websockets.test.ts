import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { aDevice } from '#test/support/a-device.ts'
import { aRunningGateway } from '#test/support/a-running-gateway.ts'
import { whyNot } from '#test/support/what-is-here.ts'

const python = '/usr/bin/env'
const isThere = spawnSync(python, ['python3', '-c', 'import websockets.sync.client']).status === 0

/** Connects, subscribes, answers one ping of its own, and prints what it saw. */
const client = `
import json, sys
from websockets.sync.client import connect
url, token, proof = sys.argv[1:4]
headers = {'Authorization': 'DPoP ' + token, 'DPoP': proof}
with connect(url, subprotocols=['postern.v1'], additional_headers=headers, proxy=None, open_timeout=5) as ws:
    frames = [json.loads(ws.recv(5))]
    ws.send(json.dumps({'v': 1, 't': 'sub', 'id': 'A' * 22, 'topic': 'device', 'ts': 1}))
    frames += [json.loads(ws.recv(5)), json.loads(ws.recv(5))]
    ws.ping().wait(5)
    print(json.dumps({'subprotocol': ws.subprotocol, 'extensions': len(ws.protocol.extensions), 't': [f['t'] for f in frames]}))
`

describe('A WebSocket client of another make', () => {
  it('reads the stream', async (context) => {
    if (!isThere) context.skip(whyNot('no program', 'Python with websockets'))
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    await device.attest()
    const url = `${gateway.api.replace('http', 'ws')}/v1/stream`
    const args = ['python3', '-c', client, url, device.token, await device.dpop()]
    const { stdout } = await promisify(execFile)(python, args, { timeout: 15_000 })
    // It offers compression, which costs memory for each stream: the offer is passed over.
    expect(JSON.parse(stdout)).toEqual({
      subprotocol: 'postern.v1',
      extensions: 0,
      t: ['hello', 'snapshot', 'ack'],
    })
  })
})
