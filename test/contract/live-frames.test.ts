import { describe, expect, it } from 'vitest'
import { clientFrame, deviceEvent, exceptionEvent, gatewayFrame } from '#contract/live-frames.ts'

const id = 'q1Yw8RrT2uI5oPaS6dF9gA'

/** The worked exchange of protocol.md section 9, signed members filled in. */
const fromGateway = [
  '{"v":1,"t":"hello","ts":1795510813,"data":{"session":"m0b1P3dQxWv9ZkJ4sT7uYg","heartbeat_s":240,"token_exp":1795512912,"topics":["device","exceptions"]}}',
  '{"v":1,"t":"ev","topic":"exceptions","seq":18,"ts":1795510790,"data":{"kind":"request","request_id":"01a20cc8-6770-7c10-8a4e-5d2f0c9be771","state":"pending","votes":{"have":1,"need":2},"waiting_for":["device-security"],"decide_by":1795525200,"log":{"index":1207}}}',
  '{"v":1,"t":"ack","id":"q1Yw8RrT2uI5oPaS6dF9gA","topic":"exceptions","seq":18,"ts":1795510813}',
  '{"v":1,"t":"ev","topic":"exceptions","seq":19,"ts":1795510840,"data":{"kind":"decision","request_id":"01a20cc8-6770-7c10-8a4e-5d2f0c9be771","state":"approved","decision":"e30.e30.AA","log":{"index":1210}}}',
  '{"v":1,"t":"ev","topic":"exceptions","seq":20,"ts":1795510840,"data":{"kind":"grant","grant_id":"01a20cc9-2ac0-7f31-b1d7-90c2aa41e0f4","request_id":"01a20cc8-6770-7c10-8a4e-5d2f0c9be771","state":"active","not_after":1795539640,"log":{"index":1211}}}',
  '{"v":1,"t":"ev","topic":"device","seq":311,"ts":1795510841,"data":{"kind":"result","result":"e30.e30.AA"}}',
  '{"v":1,"t":"reauth","ts":1795512852,"data":{"expires_in":60}}',
]
const fromAgent = [
  '{"v":1,"t":"resume","id":"q1Yw8RrT2uI5oPaS6dF9gA","topic":"exceptions","ts":1795510813,"data":{"after":17}}',
  '{"v":1,"t":"ack","topic":"exceptions","seq":20,"ts":1795510841}',
  '{"v":1,"t":"reauth","id":"7hJkLzX3cV1bNm8QwErT0w","ts":1795512853,"data":{"access_token":"<at+jwt>","dpop":"<dpop+jwt>"}}',
]

describe('The worked exchange of the stream', () => {
  it.each(fromGateway)('from the gateway: %s', (text) => {
    const frame = gatewayFrame.parse(JSON.parse(text))
    expect(frame).toEqual(JSON.parse(text))
    if (frame.t !== 'ev') return
    const event = frame.topic === 'device' ? deviceEvent : exceptionEvent
    expect(event.safeParse(frame.data).success).toBe(true)
  })

  it.each(fromAgent)('from the agent: %s', (text) => {
    expect(clientFrame.parse(JSON.parse(text))).toEqual(JSON.parse(text))
  })
})

describe('A frame from a client', () => {
  it.each([
    ['a ping', { v: 1, t: 'ping', id, ts: 1 }],
    ['an answer to a ping', { v: 1, t: 'ack', id, ts: 1 }],
    ['a subscription', { v: 1, t: 'sub', id, topic: 'device', ts: 1 }],
    ['a ticket', { v: 1, t: 'reauth', id, ts: 1, data: { ticket: 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U' } }],
  ])('is taken: %s', (_what, frame) => {
    expect(clientFrame.safeParse(frame).success).toBe(true)
  })

  it.each([
    ['an unknown type', { v: 1, t: 'eval', id, ts: 1 }],
    ['a type of the gateway', { v: 1, t: 'ev', topic: 'device', seq: 1, ts: 1, data: {} }],
    ['another version', { v: 2, t: 'ping', id, ts: 1 }],
    ['no time', { v: 1, t: 'ping', id }],
    ['no id', { v: 1, t: 'ping', ts: 1 }],
    ['a short id', { v: 1, t: 'ping', id: 'x', ts: 1 }],
    ['an unknown member', { v: 1, t: 'ping', id, ts: 1, more: 1 }],
    ['an unknown topic', { v: 1, t: 'sub', id, topic: 'admin.devices', ts: 1 }],
    ['data for a subscription', { v: 1, t: 'sub', id, topic: 'device', ts: 1, data: {} }],
    ['a negative place', { v: 1, t: 'resume', id, topic: 'device', ts: 1, data: { after: -1 } }],
    ['an empty ack', { v: 1, t: 'ack', ts: 1 }],
    ['an ack of a topic without a number', { v: 1, t: 'ack', topic: 'device', ts: 1 }],
    ['an ack of a number without a topic', { v: 1, t: 'ack', id, seq: 1, ts: 1 }],
    ['a token without its proof', { v: 1, t: 'reauth', id, ts: 1, data: { access_token: 'x' } }],
    ['a list', []],
    ['nothing', null],
  ])('is refused: %s', (_what, frame) => {
    expect(clientFrame.safeParse(frame).success).toBe(false)
  })
})

describe('A frame from the gateway', () => {
  it('is read without members that the agent does not know', () => {
    const read = gatewayFrame.parse({ v: 1, t: 'reauth', ts: 1, data: { expires_in: 60, why: 'x' }, more: 1 })
    expect(read).toEqual({ v: 1, t: 'reauth', ts: 1, data: { expires_in: 60 } })
  })

  it('says goodbye with a code and a sentence', () => {
    const bye = { v: 1, t: 'bye', ts: 1, data: { code: 'replaced', detail: 'a newer stream', retry_after: 1 } }
    expect(gatewayFrame.parse(bye)).toEqual(bye)
  })
})
