// Run by itself, with a folder and the address of a gateway: makes a report, keeps it as the agent does, says so, and then
// goes no further, as if the machine were slow at just this place. Whoever started it kills it.
import { makeP256Key } from '#agent/attestation/p256-key.ts'
import { nodeExchange } from '#agent/gateway-client/exchange.ts'
import { gatewayClient } from '#agent/gateway-client/gateway-client.ts'
import { openSentLedger } from '#agent/privacy/sent-ledger.ts'
import { systemClock } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'

const [, , folder = '', issuer = ''] = process.argv
const key = makeP256Key()
const clock = systemClock({ keepAlive: true })
const ledger = await openSentLedger(folder, silentLog)
const client = gatewayClient({
  issuer,
  exchange: nodeExchange(clock),
  clock,
  log: silentLog,
  isConsented: () => true,
  async keepCopy(sending) {
    await ledger.record(sending)
    process.stdout.write(`${sending.jws}\n`)
    return new Promise(() => setInterval(() => undefined, 60_000))
  },
})
await client.send('attest', {
  kid: key.kid,
  reason: 'interval',
  async make({ nonce }) {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const input = `${part({ alg: 'ES256', typ: 'eat+jwt', kid: key.kid })}.${part({ eat_nonce: nonce, n: 1 })}`
    return `${input}.${Buffer.from(await key.sign(Buffer.from(input))).toString('base64url')}`
  },
})
