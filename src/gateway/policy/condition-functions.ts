import { BlockList, isIP } from 'node:net'
import { globMatch } from '#domain/exceptions/glob-match.ts'
import { compareVersions } from '#domain/version.ts'

/**
 * The functions that conditions have beside CEL's own (policy.md section 7). A malformed argument throws, so that the
 * condition fails instead of saying no, or yes.
 */
export const conditionFunctions = {
  versionAtLeast: isVersionAtLeast,
  semverAtLeast: isSemverAtLeast,
  globMatch: matchesGlob,
  cidrContains: containsAddress,
} as const satisfies { readonly [name: string]: (first: string, second: string) => boolean }

const dottedNumbers = /^\d{1,15}(\.\d{1,15}){0,9}$/
const semver =
  /^(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})(-[0-9A-Za-z.-]{1,64})?(\+[0-9A-Za-z.-]{1,64})?$/

/** Dotted numbers, compared part by part; a part that is missing is 0. */
function isVersionAtLeast(version: string, least: string): boolean {
  const have = numbersOf(version)
  const want = numbersOf(least)
  for (let index = 0; index < Math.max(have.length, want.length); index += 1) {
    const difference = (have[index] ?? 0) - (want[index] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}

function numbersOf(version: string): readonly number[] {
  if (!dottedNumbers.test(version)) throw new RangeError('a version of dotted numbers')
  return version.split('.').map(Number)
}

function isSemverAtLeast(version: string, least: string): boolean {
  if (!semver.test(version) || !semver.test(least)) throw new RangeError('a semantic version')
  return compareVersions(version, least) >= 0
}

function matchesGlob(text: string, glob: string): boolean {
  if (glob.length === 0 || glob.length > 256 || text.length > 4096)
    throw new RangeError('a glob of 1 to 256 characters')
  return globMatch(text, glob)
}

function containsAddress(cidr: string, address: string): boolean {
  const [network = '', prefix = '', ...rest] = cidr.split('/')
  const family = isIP(network)
  const width = family === 4 ? 32 : 128
  if (family === 0 || rest.length > 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > width)
    throw new RangeError('a network such as 10.0.0.0/8')
  const other = isIP(address)
  if (other === 0) throw new RangeError('an IP address')
  if (other !== family) return false
  const list = new BlockList()
  const name = family === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(network, Number(prefix), name)
  return list.check(address, name)
}
