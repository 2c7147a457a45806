import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { documentOf, type PosternPlace, runPostern, startPostern } from './a-postern.ts'
import type { Line, RunningProgram } from './a-program.ts'
import type { Stage } from './a-stage.ts'
import { freePort } from './free-port.ts'

export type GatewayProgram = {
  readonly issuer: string
  readonly config: string
  readonly program: RunningProgram
  /** What it said once it was ready. */
  readonly ready: Line
  /** A fresh link for one device of Ada. */
  link(): Promise<string>
  /** The same, with the page on which she registers a passkey. */
  token(): Promise<{ readonly link: string; readonly inviteUrl: string }>
  /** Starts it once more, on what it left behind. */
  again(): Promise<RunningProgram>
}

export type GatewayProgramWish = {
  /** Left out: plain HTTP on loopback, development mode. */
  readonly issuer?: string
  readonly listen?: { readonly api: string; readonly check: string }
  readonly tls?: { readonly certificate: string; readonly key: string }
  /** Left out: whoever is staff reaches the wiki from a machine without unprotected SSH keys, and nothing is excused. */
  readonly book?: string
  /** Besides Ada. */
  readonly people?: readonly { readonly email: string; readonly name: string; readonly groups: readonly string[] }[]
}

const book = `kind: Check
id: ssh-keys
title: { en: SSH keys have a passphrase }
signal: ssh-keys
severity: high
maxAge: 30m
pass: 'value.unprotected == 0'
expected: { en: none without a passphrase }
examples: { pass: { unprotected: 0, protected: 1 }, fail: { unprotected: 1, protected: 0 } }
why: { en: Whoever copies such a key can use it }
remedy: { linux: { steps: { en: [Run ssh-keygen -p] } }, macos: { steps: { en: [Run ssh-keygen -p] } }, windows: { steps: { en: [Run ssh-keygen -p] } } }
---
kind: Policy
id: everyday
assign: { groups: [staff] }
resources: { tags: [internal] }
maxSilence: 45m
require: [{ check: ssh-keys, enforce: block }]
`

/** `postern gateway` as a program of its own, with settings and data in a folder of the stage. */
export async function aGatewayProgram(
  stage: Stage,
  place: PosternPlace,
  wish: GatewayProgramWish = {},
): Promise<GatewayProgram> {
  const folder = join(stage.folder, 'gateway')
  await mkdir(join(folder, 'policies'), { recursive: true, mode: 0o700 })
  await writeFile(join(folder, 'policies', 'book.yaml'), wish.book ?? book)
  const [api, check] = [await freePort(), await freePort()]
  const issuer = wish.issuer ?? `http://localhost:${api}`
  const config = join(folder, 'gateway.yaml')
  await writeFile(
    config,
    stringify({
      issuer,
      languages: ['en'],
      organisation: { name: 'Example', contact: 'it@example.com', privacyUrl: 'https://example.com/privacy' },
      listen: wish.listen ?? { api: `127.0.0.1:${api}`, check: `127.0.0.1:${check}` },
      ...(wish.tls === undefined ? {} : { tls: wish.tls }),
      resources: [{ id: 'wiki', name: 'Wiki', tags: ['internal'] }],
      people: [{ email: 'ada@example.com', name: 'Ada', groups: ['staff'] }, ...(wish.people ?? [])],
    }),
  )
  const where = ['--config', config, '--data', join(folder, 'data')]
  const start = async () => {
    const started = startPostern(stage, ['gateway', ...where, '--json'], place)
    return { started, said: await started.untilLine((line) => line['ready'] === true) }
  }
  const { started: program, said: ready } = await start()
  async function token() {
    const made = await runPostern(['gateway', 'token', ...where, '--for', 'ada@example.com', '--json'], place)
    const { link, invite_url: inviteUrl } = documentOf(made)
    return { link: String(link), inviteUrl: String(inviteUrl) }
  }
  return {
    issuer,
    config,
    program,
    ready,
    token,
    link: async () => (await token()).link,
    again: async () => (await start()).started,
  }
}
