import { describe, expect, it } from 'vitest'
import { attestationClaims } from '#contract/attestation-claims.ts'
import { aStore } from '#test/support/a-store.ts'
import { fillStore } from '#tools/fill/fill-store.ts'
import type { KeyLine } from '#tools/fill/key-lines.ts'
import { keySetOf } from '#verify/key-set.ts'
import { verifyReport } from '#verify/verify-report.ts'

const nowMs = 1_795_510_812_000
const clock = { nowMs: () => nowMs }
const wish = { devices: 12, seed: 'a test', issuer: 'http://localhost:8180' }

async function aFilledStore(times = 1, seed = wish.seed) {
  const store = await aStore()
  const lines: KeyLine[] = []
  const filled = []
  for (let time = 0; time < times; time += 1)
    filled.push(await fillStore({ store, clock }, { ...wish, seed }, async (batch) => void lines.push(...batch)))
  return { store, lines, filled }
}

describe('A database filled with made-up devices', () => {
  it('holds as many active devices as were wished for', async () => {
    const { store } = await aFilledStore()
    expect(await store.read((rows) => rows.devices.countIn('active'))).toBe(12)
  })

  it('holds a report of each that an agent could have sent', async () => {
    const { store, lines } = await aFilledStore()
    const reports = await store.read((rows) =>
      Promise.all(lines.map((line) => rows.attestations.newest(line.deviceId))),
    )
    const signals = reports.map((report) => attestationClaims.parse(report?.claims).submods.posture.signals.length)
    expect(signals).toEqual(lines.map(() => 16))
  })

  it('holds heads that the next message of each device can follow', async () => {
    const { store, lines } = await aFilledStore()
    const heads = await store.read((rows) => Promise.all(lines.map((line) => rows.heads.find(line.kid))))
    expect(heads.map((head) => head?.hash)).toEqual(lines.map((line) => line.hash))
  })

  it('holds reports signed by the keys that it names', async () => {
    const { store, lines } = await aFilledStore()
    const [line] = lines
    if (line === undefined) throw new Error('no device')
    const report = await store.read((rows) => rows.attestations.newest(line.deviceId))
    const verified = await verifyReport(report?.jws ?? '', {
      keys: await keySetOf([{ kty: 'EC', crv: 'P-256', x: line.x, y: line.y }]),
      issuer: `urn:uuid:${line.deviceId}`,
      audience: wish.issuer,
      maxTokenAgeSeconds: 300,
      now: nowMs / 1000,
    })
    expect(verified.seq).toBe(1)
  })
})

describe('Filling once more with the same seed', () => {
  it('goes on behind the last device', async () => {
    const { filled, lines } = await aFilledStore(2)
    expect([filled[1]?.before, new Set(lines.map((line) => line.kid)).size]).toEqual([12, 24])
  })
})

describe('Two databases filled with one seed', () => {
  it('hold the same keys', async () => {
    const [one, other] = [await aFilledStore(), await aFilledStore()]
    expect(one.lines.map((line) => line.kid)).toEqual(other.lines.map((line) => line.kid))
  })

  it('hold other keys with another seed', async () => {
    const [one, other] = [await aFilledStore(), await aFilledStore(1, 'another')]
    expect(one.lines.map((line) => line.kid)).not.toEqual(other.lines.map((line) => line.kid))
  })
})
