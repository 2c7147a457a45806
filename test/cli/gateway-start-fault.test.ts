import { describe, expect, it } from 'vitest'
import { gatewayStartFault } from '#cli/gateway-start-fault.ts'
import { UsageFault } from '#cli/usage-fault.ts'
import { cliEn } from '#contract/texts/cli-en.ts'
import { Failure } from '#domain/failure.ts'

const settings = { file: '/etc/postern/gateway.yaml', data: { folder: '/var/lib/postern' } }
const said = (thrown: unknown) => gatewayStartFault(thrown, settings, cliEn.gateway)
const nodeError = (parts: object) => Object.assign(new Error('x'), parts)

describe('A gateway that does not start', () => {
  it.each([
    [
      'its port is taken',
      nodeError({ code: 'EADDRINUSE', syscall: 'listen', address: '127.0.0.1', port: 8180 }),
      '127.0.0.1:8180 is taken by another program',
    ],
    [
      'its port needs more rights',
      nodeError({ code: 'EACCES', syscall: 'listen', address: '127.0.0.1', port: 443 }),
      '127.0.0.1:443 may not be used without more rights',
    ],
    ['its key is none', nodeError({ code: 'ERR_OSSL_PEM_NO_START_LINE' }), 'The certificate or its key cannot be used'],
    [
      'its folder may not be written',
      nodeError({ code: 'EACCES', syscall: 'mkdir' }),
      'The data folder cannot be used',
    ],
    ['its database is none', nodeError({ code: 'ERR_SQLITE_ERROR' }), 'The data folder cannot be used'],
  ])('says so where %s', (_, thrown, says) => {
    expect(said(thrown)).toMatchObject({ says })
    expect(said(thrown)).toBeInstanceOf(UsageFault)
  })

  it('leaves alone what it does not know', () => {
    const failure = new Failure('settings_invalid', { file: 'x', issues: [] })
    const bug = new TypeError('x is undefined')
    expect(said(failure)).toBe(failure)
    expect(said(bug)).toBe(bug)
  })
})
