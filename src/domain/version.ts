/**
 * Compares two semver texts by precedence (semver.org section 11): negative, zero or positive. Build metadata does not
 * count. A text that is no version comes before every one that is: an agent without a version is outdated.
 */
export function compareVersions(left: string, right: string): number {
  const [one, other] = [read(left), read(right)]
  if (one === undefined || other === undefined) return Number(one !== undefined) - Number(other !== undefined)
  for (const [index, number] of one.core.entries()) {
    const difference = compareNumbers(number, other.core[index] ?? '0')
    if (difference !== 0) return difference
  }
  if (one.pre.length === 0 || other.pre.length === 0) return other.pre.length - one.pre.length
  for (let index = 0; index < Math.max(one.pre.length, other.pre.length); index += 1) {
    const difference = compareIdentifiers(one.pre[index], other.pre[index])
    if (difference !== 0) return difference
  }
  return 0
}

type Version = { readonly core: readonly string[]; readonly pre: readonly string[] }

function read(version: string): Version | undefined {
  const withoutBuild = version.split('+', 1)[0] ?? ''
  const dash = withoutBuild.indexOf('-')
  const core = (dash < 0 ? withoutBuild : withoutBuild.slice(0, dash)).split('.')
  if (core.length !== 3 || !core.every(isNumber)) return undefined
  return { core, pre: dash < 0 ? [] : withoutBuild.slice(dash + 1).split('.') }
}

function compareIdentifiers(left: string | undefined, right: string | undefined): number {
  if (left === undefined) return -1
  if (right === undefined) return 1
  const [numbered, otherNumbered] = [isNumber(left), isNumber(right)]
  if (numbered && otherNumbered) return compareNumbers(left, right)
  if (numbered !== otherNumbered) return numbered ? -1 : 1
  return compareTexts(left, right)
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text)
}

/** By digits: a JavaScript number would take two long ones for the same. */
function compareNumbers(left: string, right: string): number {
  const [one, other] = [left.replace(/^0+/, ''), right.replace(/^0+/, '')]
  return one.length - other.length || compareTexts(one, other)
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
