import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { protocol, type Session } from 'electron'

/** Exact raw pathname to file, made when the pages are built (desktop.md section 3). */
export type AppMap = { readonly [pathname: string]: AppFile }
/** `file`: relative to the folder of the pages. `sha256`: hex. */
export type AppFile = { readonly file: string; readonly type: string; readonly sha256: string }

export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types default',
].join('; ')

const headers = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const

export type AppQuestion = {
  readonly method: string
  readonly url: string
  /** Origin of the page that asked; undefined where the browser itself did. */
  readonly initiator: string | undefined
}
export type AppAnswer = {
  readonly status: 200 | 404
  readonly headers: { readonly [name: string]: string }
  readonly file?: AppFile
}

export const firstPage = 'app://ui/index.html'

const ownForm = /^app:\/\/ui(\/[^?#]*)(?:#.*)?$/

/** What is answered to a question of a page: a file of the map by its exact raw path, and otherwise 404. */
export function answerAppRequest(map: AppMap, { method, url, initiator }: AppQuestion): AppAnswer {
  const notFound = { status: 404, headers: { ...headers, 'Content-Type': 'text/plain' } } as const
  if (method !== 'GET' || (initiator !== undefined && initiator !== 'app://ui')) return notFound
  const pathname = ownForm.exec(url)?.[1]
  const file = pathname !== undefined && Object.hasOwn(map, pathname) ? map[pathname] : undefined
  if (file === undefined) return notFound
  return { status: 200, headers: { ...headers, 'Content-Type': file.type }, file }
}

/** Before `ready`. Nothing that loosens: no `bypassCSP`, no service workers, no CORS. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Serves the pages to this session alone. A file that is not what was built is not served. */
export function serveApp(to: Session, pages: { readonly folder: string; readonly map: AppMap }): void {
  to.protocol.handle('app', async (request) => {
    const initiator = 'initiatorOrigin' in request ? String(request.initiatorOrigin) : undefined
    const answer = answerAppRequest(pages.map, { method: request.method, url: request.url, initiator })
    const body = answer.file === undefined ? undefined : await readChecked(pages.folder, answer.file)
    if (body === undefined) return new Response('Not found', { status: 404, headers })
    return new Response(body, { status: answer.status, headers: answer.headers })
  })
}

async function readChecked(folder: string, { file, sha256 }: AppFile): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const bytes = new Uint8Array(await readFile(join(folder, file)))
    return createHash('sha256').update(bytes).digest('hex') === sha256 ? bytes : undefined
  } catch {
    return undefined // a file that is gone is not there
  }
}

/** The map as it was written beside the pages; throws on any other form. */
export function parseAppMap(text: string): AppMap {
  const map: unknown = JSON.parse(text)
  if (typeof map !== 'object' || map === null) throw new TypeError('the map of the pages is no object')
  const entries = Object.entries(map).map(([pathname, file]) => {
    if (!isAppFile(file)) throw new TypeError(`the map of the pages is wrong at ${pathname}`)
    return [pathname, file] as const
  })
  return Object.fromEntries(entries)
}

function isAppFile(file: unknown): file is AppFile {
  return (
    typeof file === 'object' &&
    file !== null &&
    'file' in file &&
    typeof file.file === 'string' &&
    /^[\w./-]+$/.test(file.file) &&
    !file.file.includes('..') &&
    'type' in file &&
    typeof file.type === 'string' &&
    'sha256' in file &&
    typeof file.sha256 === 'string'
  )
}
