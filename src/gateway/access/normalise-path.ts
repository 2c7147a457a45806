/**
 * The one path that rules are matched against (enforcement.md section 2): cut at the first `?`, percent-escapes decoded
 * exactly once, `//` collapsed. `undefined` for whatever proxies and applications could read differently: a raw `#`, bad
 * escapes, invalid UTF-8, encoded `/` or `\`, raw `\`, control characters, and `.` or `..` segments.
 */
export function normalisePath(target: string): string | undefined {
  const raw = target.split('?', 1)[0] ?? ''
  if (!raw.startsWith('/') || raw.length > 2048 || /[#\\]|%2f|%5c/i.test(raw)) return undefined
  const decoded = decodeOnce(raw)
  if (decoded === undefined || hasControl(decoded)) return undefined
  const path = decoded.replace(/\/{2,}/g, '/')
  return path.split('/').some((segment) => segment === '.' || segment === '..') ? undefined : path
}

function decodeOnce(raw: string): string | undefined {
  try {
    return decodeURIComponent(raw)
  } catch {
    return undefined // a bad escape, or bytes that are no UTF-8
  }
}

function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit < 0x20 || (unit >= 0x7f && unit <= 0x9f)) return true
  }
  return !text.isWellFormed()
}
