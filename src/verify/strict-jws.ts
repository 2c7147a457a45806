import { isCanonicalBase64url } from '#contract/base64url.ts'
import { type MessageTyp, messageTypes } from '#contract/message-types.ts'
import { JsonRefused, parseStrictJson } from '#contract/strict-json.ts'
import { id43, type PublicJwk, publicJwk } from '#contract/wire-types.ts'
import { Failure } from '#domain/failure.ts'

/** A JWS whose form and header are right; nothing of it is proven yet. */
export type StrictJws = {
  readonly typ: MessageTyp
  /** Thumbprint named by the header, where the header carries `kid`. */
  readonly kid: string | undefined
  /** The key in the header, where this `typ` carries `jwk`. */
  readonly jwk: PublicJwk | undefined
  /** The ASCII text `header.payload` that is signed, and hashed as the hash of the JWS. */
  readonly signingInput: string
  readonly payload: string
  readonly signature: string
}

/**
 * Reads a compact JWS by the rules of protocol.md section 1: three segments of canonical base64url, a header of exactly
 * `alg`, `typ` and one key member, ES256, the `typ` asked for. Anything else throws `Failure('invalid_signature')`.
 */
export function readStrictJws<Typ extends MessageTyp>(jws: string, typ: Typ): StrictJws {
  const { header, ...segments } = readSegments(jws)
  return { typ, ...readHeader(header, typ), ...segments }
}

/** The form alone, whatever the header says: three segments of canonical base64url, the last as long as r ‖ s. */
export function readSegments(
  jws: string,
): Pick<StrictJws, 'signingInput' | 'payload' | 'signature'> & { readonly header: string } {
  const segments = jws.split('.', 4)
  const [header, payload, signature] = segments
  if (segments.length !== 3 || !header || !payload || !signature) throw refused('segments')
  // 64 bytes r ‖ s are 86 characters; other lengths are another algorithm's.
  if (signature.length !== 86 || ![header, payload, signature].every(isCanonicalBase64url)) throw refused('base64url')
  return { header, payload, signature, signingInput: jws.slice(0, header.length + 1 + payload.length) }
}

/** Parses the payload of a JWS by the JSON rules; its schema is the caller's. Throws `schema_invalid`. */
export function readPayloadJson(payload: string): unknown {
  try {
    return parseStrictJson(decodeText(payload))
  } catch (cause) {
    if (cause instanceof JsonRefused)
      throw new Failure('schema_invalid', { errors: [{ pointer: '', detail: jsonDetail[cause.refusal] }] }, { cause })
    throw cause
  }
}

const jsonDetail: { readonly [Refusal in JsonRefused['refusal']]: string } = {
  'not-utf8': 'is not UTF-8',
  'not-json': 'is not JSON',
  'too-deep': 'is nested more than 8 deep',
  'duplicate-key': 'names one member twice',
  'forbidden-key': 'has a member __proto__',
  'unsafe-number': 'has a number that is not a plain safe integer',
  'lone-surrogate': 'has a malformed string',
  'too-large': 'is too large',
}

const headerMembers = { kid: ['alg', 'kid', 'typ'], jwk: ['alg', 'jwk', 'typ'] } as const

function readHeader(
  segment: string,
  typ: MessageTyp,
): { readonly kid: string | undefined; readonly jwk: PublicJwk | undefined } {
  const header = headerJson(segment)
  const keyMember = messageTypes[typ].key
  const members = Object.keys(header).sort()
  const allowed = headerMembers[keyMember]
  if (members.length !== allowed.length || allowed.some((member, index) => members[index] !== member))
    throw refused('header members')
  if (header['alg'] !== 'ES256') throw refused('alg')
  if (header['typ'] !== typ) throw refused('typ')
  return keyMember === 'kid'
    ? { kid: readKid(header['kid']), jwk: undefined }
    : { kid: undefined, jwk: readJwk(header['jwk']) }
}

function headerJson(segment: string): { readonly [name: string]: unknown } {
  try {
    const header = parseStrictJson(decodeText(segment), { maxLength: 4096 })
    if (isObject(header)) return header
  } catch (cause) {
    throw refused('header json', cause)
  }
  throw refused('header json')
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readKid(kid: unknown): string {
  const parsed = id43.safeParse(kid)
  if (!parsed.success) throw refused('kid')
  return parsed.data
}

function readJwk(jwk: unknown): PublicJwk {
  const parsed = publicJwk.safeParse(jwk)
  if (!parsed.success) throw refused('jwk')
  return parsed.data
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeText(segment: string): string {
  const bytes = bytesOf(segment)
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new JsonRefused('not-utf8', { cause })
  }
}

/** The bytes behind canonical base64url. */
export function bytesOf(segment: string): Uint8Array<ArrayBuffer> {
  const binary = atob(segment.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index)
  return bytes
}

function refused(cause: string, error?: unknown): Failure<'invalid_signature'> {
  return new Failure('invalid_signature', { cause }, error === undefined ? undefined : { cause: error })
}
