/** Compares two semver texts by precedence (semver.org section 11): negative, zero or positive. Build metadata does not count. */
export function compareVersions(left: string, right: string): number {
  const [leftCore, leftPre] = split(left)
  const [rightCore, rightPre] = split(right)
  for (let index = 0; index < 3; index += 1) {
    const difference = Number(leftCore[index] ?? 0) - Number(rightCore[index] ?? 0)
    if (difference !== 0) return difference
  }
  if (leftPre.length === 0 || rightPre.length === 0) return rightPre.length - leftPre.length
  for (let index = 0; index < Math.max(leftPre.length, rightPre.length); index += 1) {
    const difference = compareIdentifiers(leftPre[index], rightPre[index])
    if (difference !== 0) return difference
  }
  return 0
}

function split(version: string): readonly [readonly string[], readonly string[]] {
  const withoutBuild = version.split('+')[0] ?? ''
  const dash = withoutBuild.indexOf('-')
  const core = dash < 0 ? withoutBuild : withoutBuild.slice(0, dash)
  return [core.split('.'), dash < 0 ? [] : withoutBuild.slice(dash + 1).split('.')]
}

function compareIdentifiers(left: string | undefined, right: string | undefined): number {
  if (left === undefined) return -1
  if (right === undefined) return 1
  const numbers = [left, right].map((text) => /^\d+$/.test(text))
  if (numbers[0] && numbers[1]) return Number(left) - Number(right)
  if (numbers[0] !== numbers[1]) return numbers[0] ? -1 : 1
  return left < right ? -1 : left > right ? 1 : 0
}
