import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSentLedger } from '#agent/privacy/sent-ledger.ts'
import { silentLog } from '#runtime/log.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aGateway } from '#test/support/a-gateway.ts'
import { startProgram } from '#test/support/a-program.ts'

describe('An agent that is killed between keeping a message and sending it', () => {
  it('has the message on disk byte for byte, shown as not confirmed, and nothing of it left', async () => {
    const gateway = await aGateway()
    const folder = join(await aFolder(), 'sent-ledger')
    const script = join(import.meta.dirname, '..', '..', 'support', 'a-sender-until-killed.ts')
    const sender = startProgram([process.execPath, script, folder, gateway.issuer], { env: {} })
    const [, jws = ''] = await sender.until(/^(\S+\.\S+\.\S+)\n/)
    process.kill(sender.pid, 'SIGKILL')
    expect(await sender.ended).toMatchObject({ code: null })

    expect(gateway.seen.map(({ path }) => path)).toEqual(['/v1/nonce'])
    const ledger = await openSentLedger(folder, silentLog)
    const [head, ...more] = await ledger.all()
    expect(more).toEqual([])
    expect(head).toMatchObject({ typ: 'eat+jwt', outcome: 'unconfirmed', code: null, receiver: gateway.issuer })
    expect(await ledger.find(head?.id ?? '')).toMatchObject({ jws, outcome: 'unconfirmed' })
    expect(ledger.latest()).toMatchObject([{ payload: Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString() }])
  })
})
