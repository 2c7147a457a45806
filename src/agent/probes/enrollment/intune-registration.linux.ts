/** What Intune's own file says of the person and the machine. */
export type IntuneRegistration = {
  readonly isEnrolled: boolean
  /** The machine is known to Entra. */
  readonly isRegistered: boolean
  readonly tenant?: string
}

/**
 * Reads `registration.toml` (undocumented, so of medium trust): `device_hint` is enrolled, `aad_device_hint` registered.
 * Undefined where its last line is not whole, or where it says that it is broken.
 */
export function parseIntuneRegistration(text: string): IntuneRegistration | undefined {
  if (text !== '' && !text.endsWith('\n')) return undefined
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    const found = /^\s*([A-Za-z0-9_-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s#"']+))\s*(#.*)?$/.exec(line)
    if (found?.[1] !== undefined) values.set(found[1], found[2] ?? found[3] ?? found[4] ?? '')
  }
  if ((values.get('needs_patching') ?? 'false') !== 'false') return undefined
  const tenant = guid.exec(values.get('authority') ?? '')?.[0].toLowerCase()
  return {
    isEnrolled: isGuid(values.get('device_hint')),
    isRegistered: isGuid(values.get('aad_device_hint')),
    ...(tenant === undefined ? {} : { tenant }),
  }
}

const guid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i

function isGuid(value: string | undefined): boolean {
  return value !== undefined && guid.exec(value)?.[0] === value
}
