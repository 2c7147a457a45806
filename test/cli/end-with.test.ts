import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { endWith } from '#cli/end-with.ts'
import { UnknownReply } from '#cli/unknown-reply.ts'
import { Failure } from '#domain/failure.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aTerminal } from '#test/support/a-terminal.ts'

describe('Something that was not foreseen', () => {
  it('ends with 70 and an id; what it was stands in the log alone', async () => {
    const home = await aFolder()
    const { terminal, errLines, outLines } = aTerminal({ environment: { XDG_STATE_HOME: home } })
    const exit = await endWith(new TypeError('innermost detail'), [], terminal)

    const file = join(home, 'postern', 'log', 'cli.log')
    const record = JSON.parse(await readFile(file, 'utf8'))
    expect(exit).toBe(70)
    expect(errLines.join(' ')).toContain(record.id)
    expect(errLines.join(' ')).not.toContain('innermost')
    expect(outLines).toEqual([])
    expect(record.err.message).toBe('innermost detail')
  })
})

describe('Something the agent could not foresee', () => {
  it('ends with 70 and the id of its log', async () => {
    const { terminal, errLines } = aTerminal()
    expect(await endWith(new Failure('internal', { logId: 'q1Yw8RrT2uI5oPaS6dF9gA' }), [], terminal)).toBe(70)
    expect(errLines.join(' ')).toContain('q1Yw8RrT2uI5oPaS6dF9gA')
  })
})

describe('An answer of a newer agent', () => {
  it('ends with 3, being of an unknown type', async () => {
    const { terminal, errLines } = aTerminal()
    expect(await endWith(new UnknownReply('moon_phase'), [], terminal)).toBe(3)
    expect(errLines.join(' ')).toContain('moon_phase')
  })
})

describe('A foreseen failure', () => {
  it('names every place to correct, on lines that fit', async () => {
    const { terminal, errLines } = aTerminal({ columns: 60 })
    const issues = [{ pointer: '/listen/api', detail: 'write host:port, such as 127.0.0.1:8180 or [::1]:8180' }]
    await endWith(new Failure('settings_invalid', { file: '/etc/postern/gateway.yaml', issues }), [], terminal)
    expect(errLines.join('\n')).toContain('  - /listen/api: write host:port')
    for (const line of errLines.slice(1)) expect(line.length).toBeLessThanOrEqual(60)
  })

  it('is said in the language of the person', async () => {
    const { terminal, errLines } = aTerminal({ language: 'de' })
    await endWith(new Failure('key_locked', {}), [], terminal)
    expect(errLines[0]).toBe('postern: Der Schlüsselbund ist gesperrt')
  })

  it('is said in German to the last word, with every value', async () => {
    const { terminal, errLines } = aTerminal({ language: 'de', columns: 400 })
    const reason = 'gateway.example cut the connection, through the proxy p:1. Check the proxy settings of this system'
    await endWith(new Failure('gateway_unreachable', { reason }), [], terminal)
    expect(errLines.join('\n')).toBe(
      'postern: Das Gateway ist nicht erreichbar\n  gateway.example hat die Verbindung getrennt; der Weg führt über den Proxy p:1. Bitte die Proxy-Einstellungen dieses Systems prüfen. Bitte das Netz prüfen; Postern versucht es von selbst wieder.',
    )
  })

  it.each([
    ['en', '- /ask/duration_s: at most 4 hours'],
    ['de', '- /ask/duration_s: höchstens 4 Stunden'],
  ] as const)('tells a limit in words, not in seconds: %s', async (language, line) => {
    const { terminal, errLines } = aTerminal({ language })
    const errors = [{ pointer: '/ask/duration_s', detail: 'at most 14400 seconds' }]
    await endWith(new Failure('exception_limit', { errors }), [], terminal)
    expect(errLines.join('\n')).toContain(line)
  })

  it('gives its reason in words where it is one of the key store', async () => {
    const { terminal, errLines } = aTerminal()
    await endWith(new Failure('key_unavailable', { reason: 'no-session-bus' }), [], terminal)
    expect(errLines.join(' ')).toContain('There is no session bus')
    expect(errLines.join(' ')).not.toContain('no-session-bus')
  })
})
