import { readFileSync } from 'node:fs'

/** Set by the bundler; unset where the sources run unbuilt. */
declare const POSTERN_VERSION: string | undefined

/** The version of this Postern, semver. */
export function posternVersion(): string {
  if (typeof POSTERN_VERSION === 'string') return POSTERN_VERSION
  const found: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  if (typeof found === 'object' && found !== null && 'version' in found && typeof found.version === 'string')
    return found.version
  throw new TypeError('package.json names no version')
}
