import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serveIpc } from '#agent/shell/serve-ipc.ts'
import { answerRequest } from '#agent/window-api/answer-request.ts'
import { type RequestHandlers, requestNames } from '#contract/ipc.ts'
import { en } from '#contract/texts/en.ts'
import { silentLog } from '#runtime/log.ts'
import { FakeContents, fakeElectron, ipcMain } from '#test/support/fake-electron.ts'

let reached: string[]
let nowMs: number
let page: FakeContents
let end: () => void
beforeEach(() => {
  fakeElectron.reset()
  reached = []
  nowMs = 0
  page = new FakeContents()
  const answer = answerRequest('window', everyHandler(), { clock: { nowMs: () => nowMs }, log: silentLog })
  end = serveIpc(answer, (contents) => contents.id === page.id)
})
afterEach(() => end())

function everyHandler(): RequestHandlers {
  const handlers = Object.fromEntries(
    requestNames.map((name) => [
      name,
      async () => {
        reached.push(name)
      },
    ]),
  )
  if (!isHandlers(handlers)) throw new Error('a handler is missing')
  return handlers
}
function isHandlers(handlers: object): handlers is RequestHandlers {
  return requestNames.every((name) => name in handlers)
}

type Sender = { readonly senderFrame: unknown; readonly sender: unknown }
const ours = (): Sender => ({ senderFrame: page.mainFrame, sender: page })
async function ask(from: Sender, ...words: readonly unknown[]): Promise<unknown> {
  nowMs += 1000
  return ipcMain.handlers.get('postern/ask')?.(from, ...words)
}

describe('A page of ours', () => {
  it('is answered', async () => {
    expect(await ask(ours(), 'clipboard/copy', { text: 'a' })).toEqual({ ok: true, value: undefined })
    expect(reached).toEqual(['clipboard/copy'])
  })

  it('is not answered any more once the channel is closed', () => {
    end()
    expect(ipcMain.handlers.size).toBe(0)
  })
})

describe('A foreign sender', () => {
  const foreign: readonly (readonly [string, () => Sender])[] = [
    ['a page that nobody of ours made', () => senderOf(new FakeContents())],
    ['a frame inside our page', () => ({ senderFrame: { url: 'app://ui/index.html' }, sender: page })],
    ['a frame that has gone elsewhere', () => ({ senderFrame: null, sender: page })],
    ['our page, navigated away', () => navigated('https://evil.example/')],
    ['our page on a look-alike', () => navigated('app://ui.evil.example/index.html')],
    ['our page on an empty document', () => navigated('about:blank')],
    ['our page without an address', () => navigated('')],
    ['a page that is destroyed', () => destroyed()],
  ]
  it.each(foreign)('%s is refused, whatever it asks', async (_which, from) => {
    for (const name of requestNames)
      expect(await ask(from(), name, undefined)).toEqual({ ok: false, code: 'question_invalid' })
    expect(reached).toEqual([])
  })

  function senderOf(contents: FakeContents): Sender {
    return { senderFrame: contents.mainFrame, sender: contents }
  }
  function navigated(url: string): Sender {
    page.mainFrame.url = url
    return ours()
  }
  function destroyed(): Sender {
    const gone = {
      get mainFrame(): unknown {
        throw new TypeError('Object has been destroyed')
      },
    }
    return { senderFrame: { url: 'app://ui/index.html' }, sender: gone }
  }
})

describe('Hostile messages', () => {
  const names = fc.oneof(
    fc.constantFrom<unknown>(
      ...requestNames,
      '__proto__',
      'constructor',
      'toString',
      'agent/Snapshot',
      'agent/snapshot\0',
    ),
    fc.string(),
    fc.anything(),
  )
  const questions = fc.oneof(
    fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withNullPrototype: true,
    }),
    fc.constantFrom<unknown>(
      { link: 'x'.repeat(70_000) },
      { link: 'postern://enroll?server=https://evil.example&code=1', extra: true },
      JSON.parse('{"__proto__": {"link": "a"}, "check": "a"}'),
      { text: { toString: () => 'a' } },
      { check: '../../etc/passwd', kind: 'settings' },
      { kind: 'support', url: 'https://evil.example' },
      { kind: 'step-up', request_id: '../console' },
      { text: 'x'.repeat(65_537) },
      circle(),
    ),
  )

  it('yield only codes that there are words for, and throw nothing', async () => {
    let answered = 0
    await fc.assert(
      fc.asyncProperty(names, questions, async (name, question) => {
        const reply = await ask(ours(), name, question)
        answered += 1
        if (!isReply(reply)) throw new Error('no reply')
        if (!reply.ok) expect(Object.keys(en.failures)).toContain(reply.code)
      }),
      { numRuns: 1500 },
    )
    expect(answered).toBeGreaterThanOrEqual(1000)
  })

  it('that come too often are refused by name', async () => {
    const replies: unknown[] = []
    for (let call = 0; call < 30; call += 1)
      replies.push(await ipcMain.handlers.get('postern/ask')?.(ours(), 'clipboard/copy', { text: 'a' }))
    expect(replies.slice(20)).toEqual(
      Array.from({ length: 10 }, () => expect.objectContaining({ ok: false, code: 'too_many_questions' })),
    )
  })

  function circle(): unknown {
    const round: { self?: unknown } = {}
    round.self = round
    return round
  }
  function isReply(reply: unknown): reply is { readonly ok: boolean; readonly code: string } {
    return typeof reply === 'object' && reply !== null && 'ok' in reply && (reply.ok === true || 'code' in reply)
  }
})
