import { describe, expect, it, onTestFinished } from 'vitest'
import { buildServer } from '#gateway/http/build-server.ts'
import { createMetrics } from '#gateway/http/metrics.ts'
import { addStepUpPage } from '#gateway/http/step-up-page.ts'
import { silentLog } from '#runtime/log.ts'
import { anExceptionDesk, type Desk } from '#test/support/an-exception-desk.ts'

async function started() {
  const desk = await anExceptionDesk()
  const server = buildServer({ tls: undefined, log: silentLog, metrics: createMetrics({ acts: desk.store.counts }) })
  addStepUpPage(server, {
    store: desk.store,
    clock: { nowMs: () => desk.now() * 1000 },
    organisation: 'Example',
    languages: ['en', 'de'],
    resources: [...desk.ports.resources],
  })
  const at = await server.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  await desk.report('off')
  const open = async (url: string, language = 'en') => {
    const answer = await fetch(`${at}${new URL(url).pathname}`, { headers: { 'accept-language': language } })
    const body = await answer.text()
    return { status: answer.status, heading: /<h1>(.*?)<\/h1>/.exec(body)?.[1], body, headers: answer.headers }
  }
  return { desk, open }
}

async function asked(desk: Desk, reason?: string) {
  const answer = await desk.ask(reason === undefined ? {} : { reason })
  return { ...answer, url: answer.step_up_url ?? '' }
}

describe('The page of the requester’s proof', () => {
  it('shows the terms and uses nothing up, however often it is opened', async () => {
    const { desk, open } = await started()
    const { url, request_id: id } = await asked(desk)
    for (const _ of [1, 2, 3]) expect((await open(url)).status).toBe(200)
    expect(await desk.state(id)).toBe('step_up_required')
    expect((await open(url)).body).toContain('<ul class="terms">')
  })

  it('takes its scripts and styles from itself alone and stays out of frames', async () => {
    const { desk, open } = await started()
    const { headers } = await open((await asked(desk)).url)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it.each([
    '<script>alert(1)</script> and more words to be long enough',
    '"><img src=x onerror=alert(1)> and more words to be long enough',
    "' data-terms='{} and more words to be long enough",
  ])('shows %s as text', async (reason) => {
    const { desk, open } = await started()
    const { body } = await open((await asked(desk, reason)).url)
    expect(body).not.toContain(reason)
    expect(body.match(/<script/g)).toHaveLength(1)
    expect(body).not.toContain('<img')
    expect(body.match(/<[^>]* data-terms=/g)).toHaveLength(1)
  })

  it('says that a request is confirmed already', async () => {
    const { desk, open } = await started()
    const answer = await asked(desk)
    await desk.prove(answer)
    expect(await open(answer.url)).toMatchObject({ status: 200, heading: 'This request is confirmed already' })
    expect((await open(answer.url, 'de')).heading).toBe('Diese Anfrage ist schon bestätigt')
  })

  it('says that it has run out, from that second on', async () => {
    const { desk, open } = await started()
    const { url } = await asked(desk)
    await desk.advance(899)
    expect((await open(url)).status).toBe(200)
    await desk.advance(1)
    expect(await open(url)).toMatchObject({ status: 410, heading: 'This link has run out' })
  })

  it('says that a request has ended', async () => {
    const { desk, open } = await started()
    const { url, request_id: id } = await asked(desk)
    await desk.act(id, 'withdraw')
    expect(await open(url)).toMatchObject({ status: 410, heading: 'This request has ended' })
  })

  it.each(['/step-up/x', `/step-up/${'A'.repeat(43)}`, '/step-up/%3Cscript%3E'])('does not know %s', async (path) => {
    const { open } = await started()
    const answer = await open(`https://gate.example.com${path}`)
    expect(answer).toMatchObject({ status: 404, heading: 'This link is not known' })
    expect(answer.body).not.toContain('<script')
  })
})
