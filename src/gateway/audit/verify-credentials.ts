import { isAuditBody } from '#contract/audit-bodies.ts'
import { auditLeaf } from '#contract/audit-leaf.ts'
import type { Json } from '#domain/canonical-json.ts'
import type { BundleReader } from './bundle-reader.ts'
import { commitment } from './commitment.ts'
import { equal, hashLeaf, rootFromInclusion, type TreeHash } from './merkle-tree.ts'
import type { Findings } from './verification.ts'
import { canonicalText, parseJson } from './verify-leaves.ts'
import type { ListedCredential } from './verify-signatures.ts'

/**
 * Reads the passkeys of a bundle (part of check 8). One from before the range brings its leaf, body and inclusion path to the
 * last checkpoint; those of the range are compared with their leaves later.
 */
export async function readCredentials(
  bundle: BundleReader,
  findings: Findings,
  from: number,
  last: { readonly size: number; readonly root: TreeHash | undefined },
): Promise<ReadonlyMap<string, ListedCredential>> {
  const credentials = new Map<string, ListedCredential>()
  const lines = bundle.lines('credentials.jsonl')
  let before = ''
  for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
    const read = readLine(parseJson(line))
    const fault =
      read === undefined || read.id <= before
        ? 'a passkey of a wrong shape, out of order or twice'
        : read.index < from && !isProven(read, last)
          ? 'a passkey whose leaf is not in the log'
          : undefined
    if (read === undefined || fault !== undefined) {
      findings.fail(8, fault ?? 'a wrong shape', { file: 'credentials.jsonl' })
      break
    }
    before = read.id
    credentials.set(read.id, { person: read.person, publicKey: read.publicKey, index: read.index })
  }
  await lines.close()
  return credentials
}

type Line = {
  readonly id: string
  readonly person: string | null
  readonly publicKey: string
  readonly index: number
  readonly earlier:
    | { readonly leaf: string; readonly salt: string; readonly body: Json; readonly path: readonly string[] }
    | undefined
}

function readLine(value: Json | undefined): Line | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const members = new Map(Object.entries(value))
  const [id, person, publicKey, index] = ['credential_id', 'person', 'public_key', 'index'].map((name) =>
    members.get(name),
  )
  if (typeof id !== 'string' || typeof publicKey !== 'string' || typeof index !== 'number') return undefined
  if (person !== null && typeof person !== 'string') return undefined
  if (members.size === 4) return { id, person, publicKey, index, earlier: undefined }
  const [leaf, salt, body, path] = ['leaf', 'salt', 'body', 'path'].map((name) => members.get(name))
  if (typeof leaf !== 'string' || typeof salt !== 'string' || body === undefined || !Array.isArray(path))
    return undefined
  return members.size === 8
    ? { id, person, publicKey, index, earlier: { leaf, salt, body, path: path.map(String) } }
    : undefined
}

function isProven(
  { id, person, publicKey, index, earlier }: Line,
  { size, root }: { readonly size: number; readonly root: TreeHash | undefined },
): boolean {
  if (earlier === undefined || root === undefined) return false
  const path = earlier.path.map((hash) => Buffer.from(hash, 'base64url'))
  const reached = rootFromInclusion(hashLeaf(earlier.leaf), index, size, path)
  const leaf = auditLeaf.safeParse(parseJson(earlier.leaf)).data
  const body: unknown = earlier.body
  return (
    reached !== undefined &&
    equal(reached, root) &&
    commitment(Buffer.from(earlier.salt, 'base64url'), canonicalText(earlier.body)) === leaf?.body_commit &&
    isAuditBody(body) &&
    body.type === 'passkey-added' &&
    body.credential_id === id &&
    body.public_key === publicKey &&
    body.object === person
  )
}
