import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { randomSecret } from '#runtime/random-id.ts'

export type ExampleWish = {
  /** Settings and secret go here; it is made. */
  readonly folder: string
  /** `http://localhost:<port>`; left out, the default one. */
  readonly issuer?: string
  readonly listen?: { readonly api: string; readonly check: string }
  /** The folder of documents; left out, the example book. */
  readonly policies?: string
  readonly resources?: readonly {
    readonly id: string
    readonly name: string
    readonly tags: readonly string[]
    readonly owners?: readonly string[]
  }[]
  readonly people?: readonly {
    readonly email: string
    readonly name: string
    readonly groups: readonly string[]
    readonly admin?: boolean
    readonly roles?: readonly string[]
  }[]
}

export type ExampleGateway = {
  /** The settings file. */
  readonly config: string
  /** Who may ask over AuthZEN, as the header `X-Postern-Proxy-Auth` says it. */
  readonly caller: string
}

export const examplePerson = 'ada@example.com'
const callerId = 'example'

/** Writes the settings of a gateway in development mode: one person, one AuthZEN caller with a fresh secret. */
export async function writeExampleGateway(wish: ExampleWish): Promise<ExampleGateway> {
  await mkdir(wish.folder, { recursive: true, mode: 0o700 })
  const secret = randomSecret()
  const secretFile = join(wish.folder, 'caller.secret')
  await writeFile(secretFile, `${secret}\n`, { mode: 0o600 })
  const config = join(wish.folder, 'gateway.yaml')
  const settings = {
    ...(wish.issuer === undefined ? {} : { issuer: wish.issuer }),
    organisation: {
      name: 'Example (development)',
      contact: 'it@example.com',
      privacyUrl: 'https://example.com/privacy',
    },
    ...(wish.listen === undefined ? {} : { listen: wish.listen }),
    policies: wish.policies ?? join(import.meta.dirname, '..', '..', 'docs', 'examples', 'policy'),
    resources: wish.resources ?? [
      { id: 'wiki', name: 'Wiki', tags: ['internal'] },
      { id: 'payments', name: 'Payments', tags: ['prod'] },
    ],
    callers: [{ id: callerId, adapter: 'authzen', from: ['127.0.0.1/32', '::1/128'], secretFile }],
    people: wish.people ?? [{ email: examplePerson, name: 'Ada', groups: ['staff', 'engineering'], admin: true }],
  }
  await writeFile(config, stringify(settings, { aliasDuplicateObjects: false }), { mode: 0o600 })
  return { config, caller: `${callerId}:${secret}` }
}
