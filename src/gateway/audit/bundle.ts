import { join } from 'node:path'
import type { AuditBody } from '#contract/audit-bodies.ts'
import { exceptionTerms } from '#contract/exception-terms.ts'
import { canonicalJson, type Json } from '#domain/canonical-json.ts'
import { Failure } from '#domain/failure.ts'
import type { AuditAttachmentRow } from '#gateway/storage/audit-store.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import { hash } from '#runtime/digest.ts'
import {
  type AuditTable,
  type auditTables,
  csvHeader,
  decisionLine,
  grantLine,
  type Outcome,
  obligationLine,
  requestLine,
  voteLine,
} from './audit-tables.ts'
import { type GrowingFile, growFile } from './bundle-files.ts'
import { verifyText } from './bundle-text.ts'
import type { DecisionRecord } from './decision-record.ts'
import { bodyOf, type KeyedName, keyedNames, type LogLine, linesOf, readOutcomes } from './log-lines.ts'
import { inclusionProof, readRange } from './merkle-tree.ts'
import { nameOfPersons, namesIn, noNames, openNameBook } from './names-of.ts'
import { type OcsfPlace, ocsfDecision, ocsfEvents } from './ocsf.ts'
import { movedBy } from './outcomes.ts'
import type { LogSigner } from './signer.ts'
import { storedNodes } from './stored-nodes.ts'
import { openTicketBook, reasonIn } from './ticket-book.ts'

/** A decision record, its place in its batch, and its path to the batch's root (hashes in base64url). */
export type BatchedDecision = {
  readonly position: number
  readonly size: number
  readonly record: DecisionRecord
  readonly path: readonly string[]
}

/** What features keep that a bundle holds beside the log's own rows. */
export type BundleSources = {
  /** Terms by their digest; undefined where they are erased. */
  terms(digest: string): Promise<Json | undefined>
  /** The records of a `decision-batch`, by the number of its row, in order. */
  decisions(eventId: number): Promise<readonly BatchedDecision[]>
}

export type BundleWish = {
  readonly log: number
  /** Rounded down to a checkpoint's size; `to` is rounded up to one. */
  readonly from: number
  readonly to: number
  /** Version of Postern. */
  readonly version: string
  readonly vkeys: readonly string[]
  /** Leaves attachments other than evidence out, marked as withheld. */
  readonly withoutAttachments?: boolean
  /** What the reader may not see of attachments, by their name and the time of their event. */
  readonly withholds?: (name: string, at: number) => boolean
  /** Leaves persons and devices out, marked as withheld. */
  readonly pseudonymous?: boolean
}

const pageSize = 256

/**
 * Writes an evidence bundle (audit.md sections 10 and 14.3) into a folder, page by page, and answers its range.
 * Failure `not_found`: there is no such log, or no checkpoint over anything asked for.
 */
export async function writeBundle(
  store: Pick<Store, 'read'>,
  signer: Pick<LogSigner, 'signManifest'>,
  sources: BundleSources,
  folder: string,
  wish: BundleWish,
): Promise<{ readonly from: number; readonly to: number }> {
  const { logId, from, to } = await rangeOf(store, wish)
  const bundle = await openBundle(folder)
  await bundle.put('range.json', await rangeText(store, wish.log, from))
  await writeCheckpoints(store, wish.log, from, to, await bundle.grow('checkpoints.txt'))
  const outcomes = await readOutcomes(store, wish.log, from, to)
  const seen = await writeLeaves(store, sources, bundle, { ...wish, logId, from, to }, outcomes)
  await writePersons(store, bundle, seen.persons, wish.pseudonymous === true)
  await writeCredentials(store, bundle, seen, wish.log, from, to)
  for (const book of [...seen.books].sort()) await writeBook(store, bundle, book)
  await bundle.put('keys.txt', wish.vkeys.map((vkey) => `${vkey}\n`).join(''))
  await bundle.put('VERIFY.md', verifyText(logId, from, to))
  const manifest = `${JSON.stringify({
    v: 1,
    log_id: logId,
    range: { from, to },
    product: `Postern ${wish.version}`,
    files: await bundle.hashes(),
  })}\n`
  await bundle.put('manifest.json', manifest)
  await bundle.put('manifest.note', signer.signManifest(hash(manifest)))
  return { from, to }
}

type Bundle = {
  grow(name: string): Promise<GrowingFile>
  put(name: string, text: string): Promise<void>
  /** Ends every file that still grows; answers all hashes by name, sorted. */
  hashes(): Promise<{ readonly [name: string]: string }>
}

async function openBundle(folder: string): Promise<Bundle> {
  const growing = new Map<string, GrowingFile>()
  const done = new Map<string, string>()
  return {
    async grow(name) {
      const file = await growFile(join(folder, ...name.split('/')))
      growing.set(name, file)
      return file
    },
    async put(name, text) {
      const file = await growFile(join(folder, ...name.split('/')))
      await file.write(text)
      done.set(name, await file.end())
    },
    async hashes() {
      for (const [name, file] of growing) done.set(name, await file.end())
      growing.clear()
      return Object.fromEntries([...done].sort(([left], [right]) => (left < right ? -1 : 1)))
    },
  }
}

async function rangeOf(store: Pick<Store, 'read'>, wish: BundleWish) {
  return await store.read(async (rows) => {
    const logId = (await rows.log.list()).find(({ number }) => number === wish.log)?.logId
    const before = await rows.log.checkpointAtMost(wish.log, wish.from)
    const after = (await rows.log.checkpointAtLeast(wish.log, wish.to)) ?? (await rows.log.latestCheckpoint(wish.log))
    const from = before?.size ?? 0
    if (logId === undefined || after === undefined || after.size <= from) throw new Failure('not_found', {})
    return { logId, from, to: after.size }
  })
}

async function rangeText(store: Pick<Store, 'read'>, log: number, from: number): Promise<string> {
  return await store.read(async (rows) => {
    const { hashes } = await readRange(from, storedNodes(rows.log, log))
    const [prev = null] = from === 0 ? [] : await rows.log.hashes(log, 0, from - 1, 1)
    return `${JSON.stringify({ first: from, prev, hashes: hashes.map((each) => Buffer.from(each).toString('base64url')) })}\n`
  })
}

async function writeCheckpoints(
  store: Pick<Store, 'read'>,
  log: number,
  from: number,
  to: number,
  file: GrowingFile,
): Promise<void> {
  let gap = ''
  for (let above = Math.max(0, from - 1); above < to; ) {
    const page = await store.read((rows) => rows.log.checkpoints(log, above, pageSize))
    for (const { size, note } of page) {
      if (size > to) return
      await file.write(`${gap}${note}`)
      gap = '\n'
      above = size
    }
    if (page.length === 0) return
  }
}

type Seen = {
  readonly persons: ReadonlyMap<string, PersonLine>
  readonly books: ReadonlySet<string>
  readonly used: ReadonlySet<string>
  readonly added: ReadonlyMap<
    string,
    { readonly person: string | null; readonly publicKey: string; readonly index: number }
  >
}
type PersonLine = KeyedName & { seen: boolean }
type Range = BundleWish & { readonly logId: string }

async function writeLeaves(
  store: Pick<Store, 'read'>,
  sources: BundleSources,
  bundle: Bundle,
  { log, logId, from, to, version, ...wish }: Range,
  outcomes: ReadonlyMap<string, Outcome>,
): Promise<Seen> {
  const files = {
    leaves: await bundle.grow('leaves.jsonl'),
    bodies: await bundle.grow('bodies.jsonl'),
    attachments: await bundle.grow('attachments.jsonl'),
    terms: await bundle.grow('terms.jsonl'),
    decisions: await bundle.grow('decisions.jsonl'),
    events: await bundle.grow('events.ocsf.jsonl'),
  }
  const tables = await openTables(bundle)
  const persons = new Map([...(await keyedNames(store))].map(([name, key]) => [name, { ...key, seen: false }]))
  const books = new Set<string>()
  const used = new Set<string>()
  const added = new Map<string, { person: string | null; publicKey: string; index: number }>()
  const named = new Set<string>()
  const names = wish.pseudonymous === true ? noNames : await openNameBook(store)
  const withholds = (name: string, at: number) =>
    wish.withoutAttachments === true || wish.withholds?.(name, at) === true
  const tickets = openTicketBook(store, log, withholds)

  for await (const line of linesOf(store, log, from, to, true)) {
    const { index, leaf, event } = line
    const body = bodyOf(event)
    noteNames(persons, body)
    await files.leaves.write(`${leaf}\n`)
    await files.bodies.write(`{"index":${index},"salt":"${event.bodySalt}","body":${event.body}}\n`)
    for (const text of attachmentLines(line, body, wish)) await files.attachments.write(text)

    const digest = event.termsDigest
    const found = digest === null ? undefined : await sources.terms(digest)
    const terms = exceptionTerms.safeParse(found).data
    if (digest !== null && !named.has(digest)) {
      named.add(digest)
      const rest = found === undefined ? { erased: true } : { terms: found }
      const revision = 'revision' in body ? body.revision : 1
      await files.terms.write(jsonLine({ request_id: event.requestId, revision, terms_digest: digest, ...rest }))
    }
    if (terms !== undefined) books.add(terms.book)
    if (body.type === 'policy-published') books.add(body.book)
    if (body.type === 'passkey-added')
      added.set(body.credential_id, { person: body.object, publicKey: body.public_key, index })
    for (const credential of credentialsIn(line.attachments)) used.add(credential)

    const place: OcsfPlace = {
      logId,
      version,
      index,
      leaf: line.hash,
      salt: event.bodySalt,
      riskTier: terms?.risk_tier ?? null,
      ticket: await tickets.of(event.requestId),
      ...reasonIn(line.attachments, body.at, withholds),
      nameOf: nameOfPersons(await namesIn(names, [body.actor, body.object])),
    }
    for (const each of ocsfEvents(body, place)) await files.events.write(jsonLine(each))
    if (body.type === 'decision-batch')
      for (const { position, size, record, path } of await sources.decisions(line.eventId)) {
        await files.decisions.write(jsonLine({ index, position, size, record, path }))
        await tables['decisions.csv'].write(decisionLine(index, position, record))
        if (record.outcome !== 'allow' || record.grants.length > 0)
          await files.events.write(jsonLine(ocsfDecision(record, position, place)))
      }
    const outcome = outcomes.get(movedBy(body)?.id ?? '') ?? { state: '', endedAt: null }
    if (body.type === 'request-submitted' || body.type === 'request-refused')
      await tables['requests.csv'].write(requestLine(index, body, terms, outcome))
    if (body.type === 'vote-approved' || body.type === 'vote-denied' || body.type === 'offer-made')
      await tables['votes.csv'].write(voteLine(index, body, digest))
    if (body.type === 'grant-minted') await tables['grants.csv'].write(grantLine(index, body, outcome))
    if (body.type === 'obligation-opened') await tables['obligations.csv'].write(obligationLine(index, body, outcome))
  }
  return { persons, books, used, added }
}

async function openTables(bundle: Bundle): Promise<{ readonly [Table in AuditTable]: GrowingFile }> {
  const open = async (table: AuditTable) => {
    const file = await bundle.grow(table)
    await file.write(csvHeader(table))
    return file
  }
  return {
    'requests.csv': await open('requests.csv'),
    'votes.csv': await open('votes.csv'),
    'grants.csv': await open('grants.csv'),
    'obligations.csv': await open('obligations.csv'),
    'decisions.csv': await open('decisions.csv'),
  } satisfies { readonly [Table in keyof typeof auditTables]: GrowingFile }
}

function attachmentLines(
  { index, attachments }: LogLine,
  body: AuditBody,
  { withoutAttachments = false, withholds = () => false }: Pick<BundleWish, 'withoutAttachments' | 'withholds'>,
): readonly string[] {
  return Object.entries(body.attachments ?? {})
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, commit]) => {
      const kept = attachments.find((each) => each.name === name)
      if (kept === undefined) return jsonLine({ index, name, commit, erased: true })
      if ((withoutAttachments && !name.startsWith('evidence')) || withholds(name, body.at))
        return jsonLine({ index, name, commit, withheld: true })
      return jsonLine({ index, name, commit, salt: kept.salt, content: kept.content })
    })
}

function credentialsIn(attachments: readonly AuditAttachmentRow[]): readonly string[] {
  return attachments.flatMap(({ name, content }) =>
    name.startsWith('evidence') && typeof content === 'object' && content !== null && 'credential_id' in content
      ? [String(content['credential_id'])]
      : [],
  )
}

function noteNames(persons: ReadonlyMap<string, PersonLine>, value: unknown): void {
  if (typeof value === 'string') {
    const person = persons.get(value)
    if (person !== undefined) person.seen = true
  } else if (typeof value === 'object' && value !== null)
    for (const each of Object.values(value)) noteNames(persons, each)
}

async function writePersons(
  _: Pick<Store, 'read'>,
  bundle: Bundle,
  persons: Seen['persons'],
  isPseudonymous: boolean,
): Promise<void> {
  const file = await bundle.grow('persons.jsonl')
  const seen = [...persons].filter(([, person]) => person.seen).sort(([left], [right]) => (left < right ? -1 : 1))
  for (const [named, { kind, id, key }] of seen)
    await file.write(
      jsonLine(
        isPseudonymous
          ? { pseudonym: named, kind, withheld: true }
          : { pseudonym: named, kind, id, key: Buffer.from(key).toString('base64url') },
      ),
    )
}

/** Every passkey added in the range, and those from before it that signed something in it, with their proof. */
async function writeCredentials(
  store: Pick<Store, 'read'>,
  bundle: Bundle,
  { used, added }: Seen,
  log: number,
  from: number,
  to: number,
): Promise<void> {
  const lines = new Map<string, Json>()
  for (const [id, { person, publicKey, index }] of added)
    lines.set(id, { credential_id: id, person, public_key: publicKey, index })
  for (let at = 0; at < from; ) {
    const page = await store.read((rows) => rows.log.leavesOfType(log, 'passkey-added', at, from, pageSize))
    for (const { index, leaf, event } of page) {
      const body = bodyOf(event)
      if (body.type !== 'passkey-added' || !used.has(body.credential_id) || lines.has(body.credential_id)) continue
      const path = await store.read((rows) => inclusionProof(index, to, storedNodes(rows.log, log)))
      lines.set(body.credential_id, {
        credential_id: body.credential_id,
        person: body.object,
        public_key: body.public_key,
        index,
        leaf,
        salt: event.bodySalt,
        body: JSON.parse(event.body),
        path: path.map((each) => Buffer.from(each).toString('base64url')),
      })
    }
    const last = page.at(-1)
    if (last === undefined) break
    at = last.index + 1
  }
  const file = await bundle.grow('credentials.jsonl')
  for (const [, line] of [...lines].sort(([left], [right]) => (left < right ? -1 : 1))) await file.write(jsonLine(line))
}

async function writeBook(store: Pick<Store, 'read'>, bundle: Bundle, book: string): Promise<void> {
  const stored = await store.read((rows) => rows.books.findByHash(book))
  if (stored === undefined || !Array.isArray(stored.documents)) return // it is missing, and verification says so
  const documents: readonly Json[] = stored.documents
  const listed: Json[] = []
  for (const document of documents) {
    if (typeof document !== 'object' || document === null || !('kind' in document)) continue
    const text = canonicalJson(document)
    await bundle.put(`books/${hash(text)}.json`, text)
    listed.push({ kind: document['kind'], id: document['id'], hash: hash(text) })
  }
  await bundle.put(`books/${book}.json`, canonicalJson(listed))
}

function jsonLine(value: Json): string {
  return `${JSON.stringify(value)}\n`
}
