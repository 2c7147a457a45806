import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

/** Ed25519 by this type byte; 0x04 would be a witness's cosignature (C2SP signed-note). */
const ed25519 = 0x01
const dash = '\u2014'
const mostSignatures = 64
const mostLength = 65_536
/** What stands before the 32 bytes of an Ed25519 key in SPKI (RFC 8410 section 4). */
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex')

/** A key that may sign notes: its name, the four bytes that stand for it, the key. */
export type NoteVerifier = { readonly name: string; readonly id: string; readonly publicKey: KeyObject }
export type NoteSigner = { readonly name: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject }

export type SignedNote = {
  /** Ends with a newline; this is what is signed. */
  readonly text: string
  readonly signatures: readonly { readonly name: string; readonly id: string; readonly signature: Uint8Array }[]
}

/** The vkey of C2SP signed-note: `<name>+<id in hex>+<base64 of type and key>`. */
export function verifierKey({ name, publicKey }: Pick<NoteSigner, 'name' | 'publicKey'>): string {
  const encoded = encodedKey(publicKey)
  return `${name}+${keyId(name, encoded)}+${encoded.toString('base64')}`
}

/** Undefined where the text is no vkey of an Ed25519 key whose id fits. */
export function parseVerifierKey(vkey: string): NoteVerifier | undefined {
  const [, name, id, base64] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(vkey) ?? []
  if (name === undefined || id === undefined || base64 === undefined) return undefined
  const encoded = Buffer.from(base64, 'base64')
  if (encoded.length !== 33 || encoded[0] !== ed25519 || encoded.toString('base64') !== base64) return undefined
  if (keyId(name, encoded) !== id) return undefined
  const der = Buffer.concat([spkiHead, encoded.subarray(1)])
  try {
    return { name, id, publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }) }
  } catch {
    return undefined
  }
}

/** A note: the text, an empty line, one signature line. `text` ends with a newline. */
export function signNote(text: string, { name, privateKey, publicKey }: NoteSigner): string {
  const signature = Buffer.concat([
    Buffer.from(keyId(name, encodedKey(publicKey)), 'hex'),
    sign(null, Buffer.from(text), privateKey),
  ])
  return `${text}\n${dash} ${name} ${signature.toString('base64')}\n`
}

/** Undefined where the text is no signed note by its form. Lines by keys one does not know belong to the form. */
export function parseNote(note: string): SignedNote | undefined {
  if (note.length > mostLength || !note.isWellFormed() || !note.endsWith('\n') || hasControls(note)) return undefined
  const gap = note.lastIndexOf('\n\n')
  if (gap <= 0) return undefined
  const lines = note.slice(gap + 2, -1).split('\n')
  if (lines.length > mostSignatures) return undefined
  const signatures = lines.map(parseSignature)
  const whole = signatures.filter((each) => each !== undefined)
  return whole.length === lines.length ? { text: note.slice(0, gap + 1), signatures: whole } : undefined
}

/**
 * Whether a trusted key signed the note: at least one line is by one of them, and each such line is right. Lines by others are
 * ignored.
 */
export function isSignedBy({ text, signatures }: SignedNote, trusted: readonly NoteVerifier[]): boolean {
  const content = Buffer.from(text)
  let good = 0
  for (const { name, id, signature } of signatures) {
    const key = trusted.find((each) => each.name === name && each.id === id)
    if (key === undefined) continue
    if (signature.length !== 64 || !verify(null, content, key.publicKey, signature)) return false
    good += 1
  }
  return good > 0
}

function parseSignature(line: string): SignedNote['signatures'][number] | undefined {
  const [, name, base64] = new RegExp(`^${dash} ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})$`, 'u').exec(line) ?? []
  if (name === undefined || base64 === undefined) return undefined
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length < 5 || bytes.toString('base64') !== base64) return undefined
  return { name, id: bytes.subarray(0, 4).toString('hex'), signature: bytes.subarray(4) }
}

function keyId(name: string, encoded: Uint8Array): string {
  return createHash('sha256').update(`${name}\n`).update(encoded).digest('hex').slice(0, 8)
}

function encodedKey(publicKey: KeyObject): Buffer {
  const der = publicKey.export({ format: 'der', type: 'spki' })
  if (der.length !== spkiHead.length + 32 || !der.subarray(0, spkiHead.length).equals(spkiHead))
    throw new TypeError('not an Ed25519 key')
  return Buffer.concat([Uint8Array.of(ed25519), der.subarray(spkiHead.length)])
}

function hasControls(note: string): boolean {
  for (let at = 0; at < note.length; at += 1) {
    const unit = note.charCodeAt(at)
    if (unit < 0x20 && unit !== 0x0a) return true
  }
  return false
}
