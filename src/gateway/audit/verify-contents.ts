import { type AttachmentName, auditAttachments, isAttachmentName } from '#contract/audit-attachments.ts'
import { type AuditBody, isAuditBody, isAuditEventType } from '#contract/audit-bodies.ts'
import { type AuditLeaf, auditLeaf } from '#contract/audit-leaf.ts'
import { type ExceptionTerms, exceptionTerms } from '#contract/exception-terms.ts'
import type { Json } from '#domain/canonical-json.ts'
import { hash } from '#runtime/digest.ts'
import { decisionLine } from './audit-tables.ts'
import type { BundleReader } from './bundle-reader.ts'
import { parseCheckpointText } from './checkpoint.ts'
import { commitment } from './commitment.ts'
import { hashLeaf } from './merkle-tree.ts'
import { type OcsfPlace, ocsfDecision, ocsfEvents } from './ocsf.ts'
import { openPseudonymKey, pseudonym } from './pseudonym.ts'
import type { RelyingParty } from './signed-statement.ts'
import type { Findings } from './verification.ts'
import { verifyDecisions } from './verify-decisions.ts'
import { canonicalText, noteReader, parseJson } from './verify-leaves.ts'
import type { PersonList } from './verify-persons.ts'
import { type ReplayedLeaf, replayRequests } from './verify-replay.ts'
import { type AttachmentFate, checkSignatures, type ListedCredential } from './verify-signatures.ts'
import { compareTables } from './verify-tables.ts'

export type ContentsWish = {
  readonly logId: string
  readonly from: number
  /** Leaves below this are under a good checkpoint; nothing is reasoned from others. */
  readonly trusted: number
  readonly persons: PersonList
  readonly credentials: ReadonlyMap<string, ListedCredential>
  readonly party: RelyingParty
}

/** `over`: their request has ended, and they need not be kept. */
type Terms =
  | { readonly kind: 'present'; readonly terms: ExceptionTerms }
  | { readonly kind: 'erased' | 'missing' | 'over' }

/**
 * Checks 5 to 9 in one pass over leaves and everything sorted like them; memory follows what is open, not what is logged.
 */
export async function verifyContents(bundle: BundleReader, findings: Findings, wish: ContentsWish): Promise<void> {
  const has = (name: string) => bundle.names.includes(name)
  const leaves = bundle.lines('leaves.jsonl')
  const bodies = bundle.lines('bodies.jsonl')
  const attachments = bundle.lines('attachments.jsonl')
  const termsLines = bundle.lines('terms.jsonl')
  const events = bundle.lines('events.ocsf.jsonl')
  const decisions = bundle.lines('decisions.jsonl')
  const notes = noteReader(bundle.lines('checkpoints.txt'))
  const tables = compareTables(bundle, findings)
  const replay = replayRequests(findings, wish.from)
  const signatures = checkSignatures(findings, wish.party, wish.credentials, replay.canonical)
  const books = new Set<string>()
  const termsByDigest = new Map<string, Terms>()
  /** Commitments whose content is erased, until a later body lists them. */
  const unexplained = new Map<string, string>()
  let checkpoint = 0
  let isContinued = false
  let nextSize = await sizeOfNext()
  await tables.start()

  for (let index = wish.from; index < wish.trusted; index += 1) {
    while (nextSize !== undefined && nextSize <= index) {
      checkpoint = nextSize
      nextSize = await sizeOfNext()
    }
    const text = (await leaves.next()) ?? ''
    const leaf = leafOf(parseJson(text), !findings.isBroken(4))
    if (leaf === undefined) return // check 4 has named it
    const found = await takeBody(index, leaf)
    if (!isAuditEventType(leaf.type)) findings.count('unknownTypes')
    const terms = await takeTerms(index, leaf, found?.body)
    if (found?.body === undefined) {
      await skipAttachments(index)
      if (found === undefined) await skipEvents(index)
      if (has('bodies.jsonl') && isAuditEventType(leaf.type)) await tables.takeErased(index, leaf.type)
      continue
    }
    const { body, salt, raw } = found
    const fates = await takeAttachments(index, body)
    if (!findings.isBroken(5)) checkNames(index, leaf, body, terms)
    if (body.type === 'log-started' && body.previous !== null) {
      // What another log began is in that one.
      isContinued = true
      replay.continuesAnother()
      signatures.continuesAnother()
    }
    if (body.type === 'policy-published') await takeBook(index, body.book)
    if (body.type === 'privacy-erased' && leaf.object !== null) wish.persons.erased(leaf.object)
    if (body.type === 'privacy-erased') for (const commit of body.commitments) unexplained.delete(commit)
    const known = terms?.kind === 'present' ? terms.terms : undefined
    if (!findings.isBroken(6)) await tables.take(index, body, leaf.terms_digest, known, terms?.kind !== 'missing')
    const place = placeOf(index, text, salt, raw)
    if (!findings.isBroken(6)) for (const each of ocsfEvents(body, place)) await takeEvent(index, each)
    const move: ReplayedLeaf = { index, leaf, body, terms: known, checkpoint }
    if (!findings.isBroken(7)) replay.take(move)
    if (has('credentials.jsonl') && !findings.isBroken(8))
      signatures.check({ index, leaf, body, terms: known, attachments: fates })
    if (body.type === 'passkey-added' && !findings.isBroken(8)) checkListed(index, body)
    if (body.type === 'decision-batch' && !has('decisions.jsonl')) await skipEvents(index)
    else if (body.type === 'decision-batch')
      await verifyDecisions(decisions, findings, {
        index,
        body,
        grant: replay.grant,
        isLater: wish.from > 0 || isContinued,
        async onRecord(record, position) {
          if (!findings.isBroken(6)) await tables.takeDecision(index, decisionLine(index, position, record))
          const isExported = record.outcome !== 'allow' || record.grants.length > 0
          if (isExported && !findings.isBroken(6)) await takeEvent(index, ocsfDecision(record, position, place))
        },
      })
    if (leaf.terms_digest !== null && replay.hasEnded(leaf.request_id ?? '')) termsByDigest.set(leaf.terms_digest, over)
  }
  await endAll()

  async function endAll(): Promise<void> {
    const isComparable = has('bodies.jsonl') && !findings.isBroken(3) && !findings.isBroken(5)
    for (const [name, lines] of [
      ['bodies.jsonl', bodies],
      ['attachments.jsonl', attachments],
      ['terms.jsonl', termsLines],
      ['decisions.jsonl', decisions],
      ['events.ocsf.jsonl', events],
    ] as const) {
      const check = name === 'bodies.jsonl' || name === 'attachments.jsonl' ? 5 : name === 'decisions.jsonl' ? 9 : 6
      if (isComparable && !findings.isBroken(check) && (await lines.peek()) !== undefined)
        findings.fail(check, 'it holds more than the leaves', { file: name })
      await lines.close()
    }
    if (isComparable) await tables.end()
    await leaves.close()
    for (const what of unexplained.values()) findings.miss(`${what}: erased, and no later leaf says so`)
  }

  async function sizeOfNext(): Promise<number | undefined> {
    const note = await notes()
    return note === undefined ? undefined : parseCheckpointText(note.slice(0, note.indexOf('\n\n') + 1))?.size
  }

  /** Undefined where the body is missing, or does not fit; `body` undefined where it is erased or of an unknown type. */
  async function takeBody(index: number, leaf: AuditLeaf) {
    if (!has('bodies.jsonl')) return undefined
    const line = await bodies.peek()
    const value = line === undefined ? undefined : parseJson(line)
    const members = objectOf(value)
    if (line === undefined || (typeof members?.['index'] === 'number' && members['index'] > index)) {
      findings.miss(`body of leaf ${index}`)
      return undefined
    }
    await bodies.next()
    if (members?.['index'] !== index) return failBody(index, 'a line of a wrong shape')
    if (members['erased'] === true && Object.keys(members).length === 2) {
      findings.erase('bodiesErased', `body of leaf ${index}`)
      unexplained.set(leaf.body_commit, `body of leaf ${index}`)
      return { body: undefined, salt: '', raw: '' }
    }
    const { salt, body } = members
    if (typeof salt !== 'string' || body === undefined || Object.keys(members).length !== 3 || !isSalt(salt))
      return failBody(index, 'a line of a wrong shape')
    const raw = committedText(line, index, salt, body, leaf.body_commit)
    if (raw === undefined) return failBody(index, 'the body is not the one that the leaf commits to')
    if (!isAuditEventType(leaf.type)) return { body: undefined, salt, raw }
    const known: unknown = body
    if (!isAuditBody(known) || known.type !== leaf.type)
      return failBody(index, 'the body has not the members of its type')
    if (known.actor !== leaf.actor || known.object !== leaf.object || known.at > leaf.time)
      return failBody(index, 'body and leaf name different persons, things or times')
    return { body: known, salt, raw }
  }

  function failBody(index: number, says: string): undefined {
    findings.fail(5, says, { index, file: 'bodies.jsonl' })
    return undefined
  }

  async function skipAttachments(index: number): Promise<void> {
    for (let line = await attachments.peek(); line !== undefined; line = await attachments.peek()) {
      const at = objectOf(parseJson(line))?.['index']
      if (typeof at === 'number' && at > index) return
      await attachments.next()
    }
  }

  /** Events of a leaf whose body is not there cannot be compared with anything. */
  async function skipEvents(index: number): Promise<void> {
    for (let line = await events.peek(); line !== undefined; line = await events.peek()) {
      const at = objectOf(objectOf(objectOf(parseJson(line))?.['unmapped'])?.['postern'])?.['index']
      if (at !== index) return
      await events.next()
    }
  }

  async function takeAttachments(index: number, body: AuditBody): Promise<ReadonlyMap<string, AttachmentFate>> {
    const fates = new Map<string, AttachmentFate>()
    const expected = Object.entries(body.attachments ?? {}).sort(([left], [right]) => (left < right ? -1 : 1))
    for (const [name, commit] of expected) {
      if (!isAttachmentName(name)) {
        findings.fail(5, `there is no attachment ${name}`, { index })
        continue
      }
      const fate = has('attachments.jsonl') ? await takeAttachment(index, name, commit) : { kind: 'missing' as const }
      fates.set(name, fate)
      const isEvidence = name.startsWith('evidence') // check 8 says what that means
      if (fate.kind === 'missing' && !isEvidence) findings.miss(`${name} of leaf ${index}`)
      if (fate.kind === 'withheld' && !isEvidence) findings.count('attachmentsWithheld')
      if (fate.kind === 'erased') {
        findings.erase('attachmentsErased', `${name} of leaf ${index}`)
        unexplained.set(commit, `${name} of leaf ${index}`)
      }
    }
    const line = await attachments.peek()
    const at = line === undefined ? undefined : objectOf(parseJson(line))?.['index']
    if (line !== undefined && !(typeof at === 'number' && at > index))
      findings.fail(5, 'an attachment that no body names', { index, file: 'attachments.jsonl' })
    return fates
  }

  async function takeAttachment(index: number, name: AttachmentName, commit: string): Promise<AttachmentFate> {
    const line = await attachments.peek()
    const members = objectOf(line === undefined ? undefined : parseJson(line))
    const at = members?.['index']
    if (line === undefined || (typeof at === 'number' && at > index)) return { kind: 'missing' }
    if (at === index && typeof members?.['name'] === 'string' && members['name'] > name) return { kind: 'missing' }
    await attachments.next()
    const fail = (says: string): AttachmentFate => {
      findings.fail(5, `${name}: ${says}`, { index, file: 'attachments.jsonl' })
      return { kind: 'missing' }
    }
    if (members === undefined || at !== index || members['name'] !== name || members['commit'] !== commit)
      return fail('it is not what the body names')
    const length = Object.keys(members).length
    if (length === 4 && members['erased'] === true) return { kind: 'erased' }
    if (length === 4 && members['withheld'] === true) return { kind: 'withheld' }
    const { salt, content } = members
    if (length !== 5 || typeof salt !== 'string' || !isSalt(salt) || content === undefined) return fail('a wrong shape')
    if (commitment(Buffer.from(salt, 'base64url'), canonicalText(content)) !== commit)
      return fail('it is not what the body commits to')
    if (!auditAttachments[name].safeParse(content).success) return fail('it has not the members of its kind')
    return { kind: 'present', content }
  }

  async function takeTerms(index: number, leaf: AuditLeaf, body: AuditBody | undefined): Promise<Terms | undefined> {
    const digest = leaf.terms_digest
    if (digest === null) return undefined
    const known = termsByDigest.get(digest)
    if (known !== undefined) return known
    const taken = await readTerms(index, digest, body)
    termsByDigest.set(digest, taken)
    if (taken.kind === 'erased') {
      findings.erase('termsErased', `terms of leaf ${index}`)
      unexplained.set(digest, `terms of leaf ${index}`)
    }
    if (taken.kind === 'present') await takeBook(index, taken.terms.book)
    return taken
  }

  async function readTerms(index: number, digest: string, body: AuditBody | undefined): Promise<Terms> {
    const line = has('terms.jsonl') ? await termsLines.peek() : undefined
    const members = objectOf(line === undefined ? undefined : parseJson(line))
    if (line === undefined) {
      if (has('terms.jsonl')) findings.miss(`terms of leaf ${index}`)
      return { kind: 'missing' }
    }
    await termsLines.next()
    const fail = (says: string): Terms => {
      findings.fail(6, says, { index, file: 'terms.jsonl' })
      return { kind: 'missing' }
    }
    if (members?.['terms_digest'] !== digest) return fail('the terms are not those that the leaf names')
    if (members['erased'] === true) return { kind: 'erased' }
    const { terms, request_id: request, revision } = members
    if (terms === undefined || request !== (body?.request_id ?? request))
      return fail('terms of another request, or a wrong shape')
    if (body !== undefined && 'revision' in body && body.revision !== revision) return fail('terms of another revision')
    if (hash(canonicalText(terms)) !== digest) return fail('the terms have another digest')
    const parsed = exceptionTerms.safeParse(terms)
    return parsed.success ? { kind: 'present', terms: parsed.data } : fail('they have not the members of terms')
  }

  /** The book and its documents, once each: names are hashes, so that what fits the manifest and its name is it. */
  async function takeBook(index: number, book: string): Promise<void> {
    if (books.has(book) || findings.isBroken(6)) return
    books.add(book)
    const text = await bundle.text(`books/${book}.json`)
    if (text === undefined) return findings.miss(`book ${book}`)
    const listed = parseJson(text)
    const fail = (says: string) => findings.fail(6, says, { index, file: `books/${book}.json` })
    if (hash(text) !== book || listed === undefined || canonicalText(listed) !== text || !Array.isArray(listed))
      return fail('the book is not the one of its name')
    for (const each of listed) {
      const document = objectOf(each)?.['hash']
      if (typeof document !== 'string') return fail('the book has a wrong shape')
      if (books.has(document)) continue
      const content = await bundle.text(`books/${document}.json`)
      if (content === undefined) findings.miss(`document ${document}`)
      else if (hash(content) !== document) return fail('a document is not the one of its name')
      books.add(document)
    }
  }

  async function takeEvent(index: number, expected: { readonly [name: string]: Json | undefined }): Promise<void> {
    if (!has('events.ocsf.jsonl')) return
    const line = await events.next()
    const told = objectOf(line === undefined ? undefined : parseJson(line))
    const fits =
      told !== undefined &&
      told['raw_data'] === expected['raw_data'] &&
      told['class_uid'] === expected['class_uid'] &&
      told['activity_id'] === expected['activity_id'] &&
      told['time'] === expected['time'] &&
      objectOf(told['metadata'])?.['uid'] === objectOf(expected['metadata'])?.['uid'] &&
      sameHash(told['raw_data_hash'], expected['raw_data_hash']) &&
      sameProof(told['unmapped'], expected['unmapped'])
    if (!fits) findings.fail(6, 'the exported event is not made of its body', { index, file: 'events.ocsf.jsonl' })
  }

  function checkNames(index: number, leaf: AuditLeaf, body: AuditBody, terms: Terms | undefined): void {
    const fault =
      wish.persons.faultOf(leaf.actor, 'person') ?? faultOfObject(leaf, body) ?? faultOfTermsNames(index, body, terms)
    if (fault !== undefined) findings.fail(5, fault, { index })
  }

  function faultOfObject(leaf: AuditLeaf, body: AuditBody): string | undefined {
    const system = systemOf(body)
    if (system === undefined) return wish.persons.faultOf(leaf.object, undefined)
    return leaf.object === pseudonym(openPseudonymKey, system.kind, system.id)
      ? undefined
      : 'its object is another thing'
  }

  function faultOfTermsNames(index: number, body: AuditBody, terms: Terms | undefined): string | undefined {
    if (body.type !== 'request-submitted' && body.type !== 'request-refused') return undefined
    const fault = wish.persons.faultOf(body.device, 'device')
    if (fault !== undefined || terms?.kind !== 'present') return fault
    const { subject, device } = terms.terms
    if (!wish.persons.isOf(body.object, subject)) findings.fail(7, 'the terms are of another subject', { index })
    if (device !== null && !wish.persons.isOf(body.device, device.id))
      findings.fail(7, 'the terms are of another device', { index })
    return undefined
  }

  function checkListed(index: number, body: AuditBody<'passkey-added'>): void {
    const listed = wish.credentials.get(body.credential_id)
    if (listed === undefined) {
      if (has('credentials.jsonl')) findings.fail(8, 'the passkey is not listed', { index })
    } else if (listed.index === index && (listed.publicKey !== body.public_key || listed.person !== body.object))
      findings.fail(8, 'the passkey is listed with another key or person', { index })
  }

  function placeOf(index: number, leafText: string, salt: string, raw: string): OcsfPlace {
    const leaf = Buffer.from(hashLeaf(leafText)).toString('base64url')
    return {
      logId: wish.logId,
      version: '',
      index,
      leaf,
      salt,
      riskTier: null,
      ticket: null,
      raw,
      nameOf: () => undefined,
    }
  }
}

/**
 * The text that was committed to: the line's own where it is spelled canonically, as ours are, else the value's canonical form.
 * Undefined where neither is.
 */
function committedText(line: string, index: number, salt: string, body: Json, commit: string): string | undefined {
  const bytes = Buffer.from(salt, 'base64url')
  const head = `{"index":${index},"salt":"${salt}","body":`
  const own = line.startsWith(head) ? line.slice(head.length, -1) : undefined
  if (own !== undefined && commitment(bytes, own) === commit) return own
  const canonical = canonicalText(body)
  return commitment(bytes, canonical) === commit ? canonical : undefined
}

/** A leaf that check 4 has seen already needs no second look at its members. */
function leafOf(value: Json | undefined, isChecked: boolean): AuditLeaf | undefined {
  return isChecked && isLeaf(value) ? value : auditLeaf.safeParse(value).data
}

function isLeaf(value: unknown): value is AuditLeaf {
  return typeof value === 'object' && value !== null && 'body_commit' in value
}

/** Objects that are no person and no device: their pseudonyms can be made again by anybody. */
function systemOf(body: AuditBody): { readonly kind: 'document' | 'system'; readonly id: string } | undefined {
  switch (body.type) {
    case 'policy-published':
    case 'policy-simulated':
      return { kind: 'document', id: body.book }
    case 'group-changed':
      return { kind: 'system', id: `group/${body.group}` }
    case 'service-token-made':
    case 'service-token-revoked':
      return { kind: 'system', id: `service-token/${body.token_id}` }
    case 'webhook-changed':
      return { kind: 'system', id: `webhook/${body.webhook_id}` }
    case 'witness-added':
    case 'witness-removed':
      return { kind: 'system', id: `witness/${body.vkey}` }
    default:
      return undefined
  }
}

const over: Terms = { kind: 'over' }

function sameProof(told: Json | undefined, expected: Json | undefined): boolean {
  const [left, right] = [objectOf(objectOf(told)?.['postern']), objectOf(objectOf(expected)?.['postern'])]
  return ['index', 'leaf', 'salt', 'request_id', 'grant_id'].every((name) => left?.[name] === right?.[name])
}

function sameHash(told: Json | undefined, expected: Json | undefined): boolean {
  const [left, right] = [objectOf(told), objectOf(expected)]
  return ['algorithm', 'algorithm_id', 'value'].every((name) => left?.[name] === right?.[name])
}

function isSalt(salt: string): boolean {
  return /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(salt)
}

function objectOf(value: Json | undefined): { readonly [name: string]: Json | undefined } | undefined {
  return isObject(value) ? value : undefined
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
