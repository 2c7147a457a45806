import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type AppMap,
  answerAppRequest,
  contentSecurityPolicy,
  parseAppMap,
  serveApp,
} from '#agent/shell/app-protocol.ts'
import { aStage, type Stage } from '#test/support/a-stage.ts'
import { FakeSession } from '#test/support/fake-electron.ts'

const file = { file: 'index.html', type: 'text/html; charset=utf-8', sha256: sha256('<p>hello</p>') }
const map: AppMap = { '/index.html': file, '/assets/a.js': { ...file, file: 'assets/a.js', type: 'text/javascript' } }
const get = (url: string, initiator?: string) => answerAppRequest(map, { method: 'GET', url, initiator })

describe('A page of ours', () => {
  it.each(['app://ui/index.html', 'app://ui/index.html#status', 'app://ui/assets/a.js'])('%s is answered', (url) => {
    expect(get(url)).toMatchObject({ status: 200 })
    expect(get(url, 'app://ui')).toMatchObject({ status: 200 })
  })

  it('comes with the policy and the headers that confine it', () => {
    const { headers } = get('app://ui/index.html')
    expect(headers).toMatchObject({
      'Content-Security-Policy': contentSecurityPolicy,
      'Content-Type': 'text/html; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
    })
    expect(contentSecurityPolicy).not.toMatch(/unsafe|\*|https?:|blob:/)
  })
})

describe('What is not exactly a file of the map', () => {
  it.each([
    'app://ui/',
    'app://ui',
    'app://ui/INDEX.html',
    'app://ui/index.html?x=1',
    'app://ui/index.html/',
    'app://ui//index.html',
    'app://ui/./index.html',
    'app://ui/assets/../index.html',
    'app://ui/assets/%2e%2e/index.html',
    'app://ui/%69ndex.html',
    'app://ui/assets%2fa.js',
    'app://ui/assets\\a.js',
    'app://ui/../../etc/passwd',
    'app://ui/__proto__',
    'app://ui/constructor',
    'app://evil/index.html',
    'app://ui.evil.example/index.html',
    'app://evil@ui/index.html',
    'app://ui:1/index.html',
    'app:ui/index.html',
    'APP://ui/index.html',
    'https://ui/index.html',
    'file:///index.html',
    ' app://ui/index.html',
  ])('%s is not found', (url) => {
    expect(get(url)).toMatchObject({ status: 404 })
    expect(get(url)).not.toHaveProperty('file')
  })

  it.each(['POST', 'HEAD', 'PUT', 'get', ''])('is not found by %s', (method) => {
    expect(answerAppRequest(map, { method, url: 'app://ui/index.html', initiator: undefined })).toMatchObject({
      status: 404,
    })
  })

  it.each(['https://evil.example', 'null', 'app://ui.evil', 'app://other', ''])(
    'is not found for a page of %j',
    (from) => {
      expect(get('app://ui/index.html', from)).toMatchObject({ status: 404 })
    },
  )

  it('is never answered, whatever the address', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.string(),
          fc.webPath().map((path) => `app://ui${path}`),
        ),
        (url) => {
          const answer = get(url)
          const isListed = Object.keys(map).some(
            (path) => url === `app://ui${path}` || url.startsWith(`app://ui${path}#`),
          )
          expect(answer.status).toBe(isListed ? 200 : 404)
        },
      ),
    )
  })
})

describe('The map of the pages', () => {
  it.each([
    '[]x',
    'null',
    '"text"',
    '{"/a": null}',
    '{"/a": {"file": "../../etc/passwd", "type": "text/html", "sha256": "x"}}',
    '{"/a": {"file": "/a b", "type": "text/html", "sha256": "x"}}',
    '{"/a": {"file": "a", "type": 1, "sha256": "x"}}',
  ])('%s is refused', (text) => {
    expect(() => parseAppMap(text)).toThrow()
  })

  it('that was built is read', () => {
    expect(parseAppMap(JSON.stringify(map))).toEqual(map)
  })
})

describe('The pages that a session is served', () => {
  let stage: Stage
  beforeEach(async () => {
    stage = await aStage()
    await mkdir(join(stage.folder, 'assets'))
    await writeFile(join(stage.folder, 'index.html'), '<p>hello</p>')
    await writeFile(join(stage.folder, 'assets/a.js'), 'changed since it was built')
  })
  afterEach(() => stage.end())

  async function served(url: string): Promise<Response> {
    const session = new FakeSession()
    Reflect.apply(serveApp, undefined, [session, { folder: stage.folder, map }])
    const handler = session.schemes['app']
    if (handler === undefined) throw new Error('nothing is served')
    return handler(new Request(url))
  }

  it('are what was built', async () => {
    const response = await served('app://ui/index.html')
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('<p>hello</p>')
    expect(response.headers.get('content-security-policy')).toBe(contentSecurityPolicy)
  })

  it('are not served once they were changed', async () => {
    expect((await served('app://ui/assets/a.js')).status).toBe(404)
  })
})

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
