import type { Json } from '#domain/canonical-json.ts'
import { Failure } from '#domain/failure.ts'
import { hash } from '#runtime/digest.ts'
import { type BundleReader, openBundle } from './bundle-reader.ts'
import { type Checkpoint, manifestText, openCheckpoint } from './checkpoint.ts'
import { isRange } from './merkle-tree.ts'
import { isSignedBy, type NoteVerifier, parseNote, parseVerifierKey } from './signed-note.ts'
import { relyingPartyOfLog } from './signed-statement.ts'
import { collectFindings, type Findings, type Verification } from './verification.ts'
import { verifyContents } from './verify-contents.ts'
import { readCredentials } from './verify-credentials.ts'
import { parseJson, verifyLeaves } from './verify-leaves.ts'
import { readPersons } from './verify-persons.ts'

export type VerifyOptions = {
  /** Lines of vkeys; empty lines and `#` are skipped. Nothing else is trusted. */
  readonly keys: string
  /** An earlier run's last checkpoint, as a note. */
  readonly from?: string
}

const needed = ['manifest.json', 'checkpoints.txt', 'leaves.jsonl', 'range.json']
const wanted = [
  'manifest.note',
  'bodies.jsonl',
  'attachments.jsonl',
  'terms.jsonl',
  'persons.jsonl',
  'credentials.jsonl',
  'decisions.jsonl',
  'events.ocsf.jsonl',
  'requests.csv',
  'votes.csv',
  'grants.csv',
  'obligations.csv',
  'decisions.csv',
  'keys.txt',
  'VERIFY.md',
]

/**
 * Verifies an evidence bundle, a folder or a zip, by the nine checks of audit.md section 11, offline. Trusts the keys given
 * and nothing else. Failure `state_unreadable` (exit 2): the container, the keys or the earlier checkpoint cannot be read.
 */
export async function verifyBundle(path: string, options: VerifyOptions): Promise<Verification> {
  const keys = parseKeys(options.keys)
  const bundle = await openBundle(path)
  try {
    return await verify(bundle, keys, options.from)
  } finally {
    await bundle.close()
  }
}

/** The keys of a vkeys file. Failure `state_unreadable`: a line is none, or there is none at all. */
export function parseKeys(text: string): readonly NoteVerifier[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const keys = lines.map((line) => {
    const key = parseVerifierKey(line.trim())
    if (key === undefined)
      throw new Failure('state_unreadable', { file: 'vkeys', reason: 'One of its lines is no vkey' })
    return key
  })
  if (keys.length === 0) throw new Failure('state_unreadable', { file: 'vkeys', reason: 'It holds no key' })
  return keys
}

async function verify(
  bundle: BundleReader,
  keys: readonly NoteVerifier[],
  from: string | undefined,
): Promise<Verification> {
  const findings = collectFindings()
  const unreadable: Pick<Verification, 'logId' | 'range' | 'last'> = { logId: null, range: null, last: null }
  for (const name of needed) if (!bundle.names.includes(name)) findings.fail(1, 'it is not there', { file: name })
  for (const name of wanted) if (!bundle.names.includes(name)) findings.miss(name)

  // 1. manifest, its signature, every file
  const text = await bundle.text('manifest.json')
  const manifest = text === undefined ? undefined : parseManifest(text)
  if (text === undefined || manifest === undefined) {
    findings.fail(1, 'the manifest has a wrong shape', { file: 'manifest.json' })
    return findings.close(unreadable)
  }
  const { logId, range } = manifest
  await checkFiles(bundle, findings, manifest, hash(text), keys)
  const place = { logId, range }
  const start = await readStart(bundle, range.from)
  if (start === undefined) {
    findings.fail(1, 'the range has a wrong shape', { file: 'range.json' })
    return findings.close({ ...place, last: null })
  }
  const earlier = earlierCheckpoint(findings, from, logId, range, keys)

  // 2 to 4. checkpoints and leaves
  if (!keys.some(({ name }) => name === logId)) findings.fail(2, `none of the keys is one of ${logId}`)
  const trusted = await verifyLeaves(bundle, findings, {
    logId,
    ...range,
    range: start.range,
    prev: start.prev,
    keys,
    ...(earlier === undefined ? {} : { earlier }),
  })

  // 5 to 9. what the leaves commit to
  const persons = await readPersons(bundle, findings)
  const credentials = await readCredentials(bundle, findings, range.from, trusted)
  const party = relyingPartyOfLog(logId)
  await verifyContents(bundle, findings, {
    logId,
    from: range.from,
    trusted: trusted.size,
    persons,
    credentials,
    party,
  })
  persons.end()
  return findings.close({ ...place, last: trusted.note })
}

type Manifest = {
  readonly logId: string
  readonly range: { readonly from: number; readonly to: number }
  readonly files: ReadonlyMap<string, string>
}

function parseManifest(text: string): Manifest | undefined {
  const value = objectOf(parseJson(text))
  const range = objectOf(value?.['range'])
  const files = objectOf(value?.['files'])
  const logId = value?.['log_id']
  const [from, to] = [range?.['from'], range?.['to']]
  if (value?.['v'] !== 1 || typeof logId !== 'string' || files === undefined) return undefined
  if (!/^[a-z0-9_.:[\]-]+\/audit(-[1-9][0-9]*)?$/.test(logId)) return undefined
  if (!isSize(from) || !isSize(to) || to <= from) return undefined
  const hashes = Object.entries(files).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return { logId, range: { from, to }, files: new Map(hashes) }
}

async function checkFiles(
  bundle: BundleReader,
  findings: Findings,
  { logId, files }: Manifest,
  manifestHash: string,
  keys: readonly NoteVerifier[],
): Promise<void> {
  if (bundle.names.includes('manifest.note')) {
    // One that cannot be read as text is there and signs nothing; only one that is not there is missing.
    const parsed = parseNote((await bundle.text('manifest.note')) ?? '')
    const isOurs =
      parsed?.text === manifestText(logId, manifestHash) &&
      isSignedBy(
        parsed,
        keys.filter(({ name }) => name === logId),
      )
    if (!isOurs) findings.fail(1, 'it does not sign this manifest', { file: 'manifest.note' })
  }
  for (const name of bundle.names) {
    if (name === 'manifest.json' || name === 'manifest.note') continue
    const expected = files.get(name)
    if (expected === undefined) findings.fail(1, 'it is not in the manifest', { file: name })
    else if ((await bundle.hashOf(name)) !== expected)
      findings.fail(1, 'it is not the file of the manifest', { file: name })
  }
  for (const name of files.keys())
    if (!bundle.names.includes(name) && !needed.includes(name) && !wanted.includes(name)) findings.miss(name)
}

async function readStart(bundle: BundleReader, from: number) {
  const text = await bundle.text('range.json')
  const value = objectOf(text === undefined ? undefined : parseJson(text))
  const prev = value?.['prev']
  const hashes = value?.['hashes']
  if (value?.['first'] !== from || !Array.isArray(hashes) || hashes.some((each) => !isHash(each))) return undefined
  if (from === 0 ? prev !== null : !isHash(prev)) return undefined
  const range = { size: from, hashes: hashes.map((each) => Buffer.from(String(each), 'base64url')) }
  return isRange(range) ? { range, prev: typeof prev === 'string' ? prev : null } : undefined
}

function earlierCheckpoint(
  findings: Findings,
  note: string | undefined,
  logId: string,
  range: Manifest['range'],
  keys: readonly NoteVerifier[],
): Checkpoint | undefined {
  if (note === undefined) return undefined
  const checkpoint = openCheckpoint(note, logId, keys)
  if (checkpoint === undefined)
    throw new Failure('state_unreadable', {
      file: 'from',
      reason: 'It holds no checkpoint of this log that one of the keys signed',
    })
  if (checkpoint.size > range.to)
    findings.fail(3, 'the earlier checkpoint is larger than the bundle', { index: range.to })
  else if (checkpoint.size < range.from) findings.miss(`leaves ${checkpoint.size} to ${range.from - 1}`)
  else return checkpoint
  return undefined
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(value)
}

function objectOf(value: Json | undefined): { readonly [name: string]: Json | undefined } | undefined {
  return isObject(value) ? value : undefined
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
