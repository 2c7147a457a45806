/** What `realm list` says: whether this machine is a member of a realm, and of which. */
export type RealmMembership = { readonly joined: false } | { readonly joined: true; readonly domain?: string }

/**
 * Reads `realm list` (and `realm discover`, which is written alike). Nothing printed with exit code 0 is "none". A realm
 * that was only seen says `configured: no`. Undefined for anything else.
 */
export function parseRealms(code: number, text: string): RealmMembership | undefined {
  if (code !== 0) return undefined
  if (text.trim() === '' || text.trim() === 'No configured realms') return { joined: false }
  if (!text.endsWith('\n')) return undefined
  const realms: Map<string, string>[] = []
  for (const line of text.trimEnd().split('\n')) {
    const label = /^\s+([a-z-]+):\s*(.*?)\s*$/.exec(line)
    if (/^\S+$/.test(line)) realms.push(new Map())
    else if (label?.[1] !== undefined) realms.at(-1)?.set(label[1], label[2] ?? '')
    else return undefined
  }
  if (realms.length === 0 || realms.some((realm) => !realm.has('configured'))) return undefined
  const joined = realms.find((realm) => realm.get('configured') !== 'no')
  if (joined === undefined) return { joined: false }
  if (joined.get('configured') !== 'kerberos-member') return undefined
  const domain = joined.get('domain-name')?.toLowerCase()
  return domain !== undefined && /^[a-z0-9.-]{1,64}$/.test(domain) ? { joined: true, domain } : { joined: true }
}
