import type { Machine } from '#agent/machine/machine.ts'

const unitFolders = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
]

/**
 * Whether systemd starts this unit by itself: a link in `<target>.wants`, and not masked. Read from files, so it holds
 * without rights, without a bus, and names the inputs that the answer follows from.
 */
export async function isUnitEnabled(
  machine: Machine,
  unit: string,
  target = 'timers.target',
): Promise<'yes' | 'no' | 'unknown'> {
  const masks = await Promise.all(maskPaths(unit).map((path) => machine.stat(path)))
  const wants = await Promise.all(wantPaths(unit, target).map((path) => machine.stat(path)))
  const isMasked = masks.some(
    (mask) => mask.kind === 'found' && (mask.content.target === '/dev/null' || mask.content.sizeBytes === 0),
  )
  if (isMasked) return 'no'
  const seen = [...masks, ...wants]
  if (seen.some((found) => found.kind !== 'found' && found.kind !== 'absent')) return 'unknown'
  return wants.some((want) => want.kind === 'found') ? 'yes' : 'no'
}

/** The paths that `isUnitEnabled` follows from. */
export function enablementPaths(unit: string, target = 'timers.target'): readonly string[] {
  return [...maskPaths(unit), ...wantPaths(unit, target)]
}

// Only what stands above the vendor's folder can mask a unit.
function maskPaths(unit: string): readonly string[] {
  return [`/etc/systemd/system/${unit}`, `/run/systemd/system/${unit}`]
}

function wantPaths(unit: string, target: string): readonly string[] {
  return unitFolders.map((folder) => `${folder}/${target}.wants/${unit}`)
}
