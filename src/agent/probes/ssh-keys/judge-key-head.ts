/**
 * What the head of a file in `~/.ssh` says about a private key. `hardware`: a handle of a security key, which is no secret.
 * `unjudged`: a private key, or something that begins like one, that could not be read to the point where it tells.
 */
export type KeyHead = 'unprotected' | 'protected' | 'hardware' | 'not-a-key' | 'unjudged'

const opensshMagic = 'openssh-key-v1\0'

/** What each header means; the label stands between `-----BEGIN ` and `-----`. */
const labels: { readonly [label: string]: (below: readonly string[]) => KeyHead } = {
  'OPENSSH PRIVATE KEY': judgeOpenssh,
  'RSA PRIVATE KEY': judgePem,
  'DSA PRIVATE KEY': judgePem,
  'EC PRIVATE KEY': judgePem,
  'PRIVATE KEY': (below) => (hasKeyMaterial(below) ? 'unprotected' : 'unjudged'),
  'ENCRYPTED PRIVATE KEY': () => 'protected',
}

/** Judges the first kilobytes of a file: by whole header lines, and the least protected key in it counts. */
export function judgeKeyHead(head: string): KeyHead {
  const lines = head.split('\n').map((line) => line.trimEnd())
  const found = lines.flatMap((line, index) => {
    const judged = judgeHeader(line, lines.slice(index + 1))
    return judged === 'not-a-key' ? [] : [judged]
  })
  const order = ['unprotected', 'unjudged', 'protected', 'hardware'] as const
  return order.find((kind) => found.includes(kind)) ?? 'not-a-key'
}

function judgeHeader(line: string, below: readonly string[]): KeyHead {
  if (!/^-{4,5} ?BEGIN /.test(line)) return 'not-a-key'
  const label = /^-----BEGIN ([A-Z0-9 ]+)-----$/.exec(line)?.[1]
  if (label !== undefined && Object.hasOwn(labels, label)) return labels[label]?.(below) ?? 'unjudged'
  // A certificate or public key is whole and no private key; the rest is cut short, or a format we do not read.
  const isOther = /^-----BEGIN [A-Z0-9 ]+-----$|^---- BEGIN [A-Z0-9 ]+ ----$/.test(line)
  return isOther && !line.includes('PRIVATE KEY') ? 'not-a-key' : 'unjudged'
}

/** Traditional PEM (RFC 1421 section 4.6): header fields, an empty line, the key. */
function judgePem(below: readonly string[]): KeyHead {
  const isField = (line: string) => /^[A-Za-z][A-Za-z0-9-]*:/.test(line)
  const end = below.findIndex((line) => !isField(line) && !/^[ \t]/.test(line))
  const fields = end === -1 ? below : below.slice(0, end)
  if (fields.some((line) => /^Proc-Type:[ \t]*4,[ \t]*ENCRYPTED$/.test(line))) return 'protected'
  if (fields.some((line) => /^Proc-Type:/.test(line)) || end === -1) return 'unjudged'
  return hasKeyMaterial(below.slice(end)) ? 'unprotected' : 'unjudged'
}

function hasKeyMaterial(below: readonly string[]): boolean {
  return /^[A-Za-z0-9+/=]+$/.test(below.find((line) => line !== '') ?? '')
}

/** OpenSSH's own format (PROTOCOL.key of OpenSSH): magic, cipher, kdf, kdf options, number of keys, public key. */
function judgeOpenssh(below: readonly string[]): KeyHead {
  const end = below.findIndex((line) => !/^[A-Za-z0-9+/=]+$/.test(line))
  const text = (end === -1 ? below : below.slice(0, end)).join('').replace(/=.*$/, '')
  const bytes = atob(text.slice(0, text.length - (text.length % 4)))
  if (!bytes.startsWith(opensshMagic)) return 'unjudged'
  const cipher = readString(bytes, opensshMagic.length)
  const kdf = readString(bytes, cipher?.next)
  const options = readString(bytes, kdf?.next)
  if (cipher === undefined || options === undefined) return 'unjudged'
  const publicKey = options.next + 8 // behind the number of keys and the length of the first
  const type = readString(bytes, publicKey)
  if (type === undefined || !/^[a-z0-9@.-]+$/.test(type.text) || !/^[a-z0-9@.-]+$/.test(cipher.text)) return 'unjudged'
  if (type.text.startsWith('sk-')) return 'hardware'
  return cipher.text === 'none' ? 'unprotected' : 'protected'
}

/** A string of RFC 4251 section 5: four bytes of length, then that many bytes. Undefined where the head ends before. */
function readString(
  bytes: string,
  at: number | undefined,
): { readonly text: string; readonly next: number } | undefined {
  if (at === undefined || at + 4 > bytes.length) return undefined
  const length = [0, 1, 2, 3].reduce((sum, offset) => sum * 256 + bytes.charCodeAt(at + offset), 0)
  const next = at + 4 + length
  return next > bytes.length ? undefined : { text: bytes.slice(at + 4, next), next }
}
