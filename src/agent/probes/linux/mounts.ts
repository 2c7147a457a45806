/** One line of `/proc/mounts`. */
export type Mount = { readonly source: string; readonly target: string; readonly type: string }

/** All mounts in the order of the table. Not whole: a line was not recognised, or the last one was cut. */
export type Mounts = { readonly mounts: readonly Mount[]; readonly isWhole: boolean }

/** Reads `/proc/mounts` (proc(5), fstab(5)): spaces and the like are written as octal numbers. */
export function parseMounts(text: string): Mounts {
  const mounts: Mount[] = []
  let isWhole = text.endsWith('\n')
  for (const line of text.split('\n')) {
    if (line === '') continue
    const found = /^(\S+) (\/\S*) (\S+) \S+ \d+ \d+$/.exec(line)
    if (found === null) isWhole = false
    else mounts.push({ source: unescaped(found[1] ?? ''), target: unescaped(found[2] ?? ''), type: found[3] ?? '' })
  }
  return { mounts, isWhole }
}

/** What is seen at this place: a later mount hides an earlier one. */
export function lastMountAt(mounts: readonly Mount[], target: string): Mount | undefined {
  return mounts.findLast((mount) => mount.target === target)
}

/** The mount that a path lies in. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  const isAbove = ({ target }: Mount) => target === '/' || path === target || path.startsWith(`${target}/`)
  return mounts.reduce<Mount | undefined>(
    (best, mount) => (isAbove(mount) && mount.target.length >= (best?.target.length ?? 0) ? mount : best),
    undefined,
  )
}

function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
