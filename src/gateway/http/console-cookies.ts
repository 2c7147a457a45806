/** Cookies of pages: they go back to this host alone, over an encrypted line, and no script reads them. */
export const sessionCookie = '__Host-postern'
/** Ties a ceremony to one browser before there is a session. */
export const browserCookie = '__Host-postern-pre'

const value = /^[A-Za-z0-9_-]{43}$/

/** The value of a cookie, if the request has exactly one of this name and it is one of ours. */
export function readCookie(headers: readonly string[], name: string): string | undefined {
  const found = headers
    .flatMap((header) => header.split(';'))
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
  const [only] = found
  return found.length === 1 && only !== undefined && value.test(only) ? only : undefined
}

/** A cookie to keep; `maxAgeSeconds` left out: as long as the browser is open; 0: to forget. */
export function writeCookie(name: string, content: string, maxAgeSeconds?: number): string {
  const age = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`
  return `${name}=${content}; Path=/; Secure; HttpOnly; SameSite=Lax${age}`
}
