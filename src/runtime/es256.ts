import { type KeyObject, sign, verify } from 'node:crypto'

/**
 * ES256 (RFC 7518 section 3.4) over bytes, with r ‖ s as 64 bytes. Node can be asked for that form, but then it finds out what
 * its options are by exceptions, which takes longer than a third of a signature: so its own form is asked for and turned.
 */
export function signEs256(key: KeyObject, bytes: Uint8Array): Buffer {
  const der = sign('sha256', bytes, key)
  const raw = Buffer.alloc(64)
  // SEQUENCE { INTEGER r, INTEGER s }, its length in one byte since both are of 32 bytes (X.690 section 8).
  const rLength = der.readUInt8(3)
  const sAt = 6 + rLength
  placeRight(raw, 32, der.subarray(4, 4 + rLength))
  placeRight(raw, 64, der.subarray(sAt, sAt + der.readUInt8(sAt - 1)))
  return raw
}

/** Whether r ‖ s is a signature of this key over the bytes. Anything but 64 bytes is none. */
export function verifyEs256(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false
  const r = integer(signature.subarray(0, 32))
  const s = integer(signature.subarray(32))
  const der = Buffer.concat([Buffer.from([0x30, r.length + s.length]), r, s])
  return verify('sha256', bytes, key, der)
}

/** A number as the last bytes before `end`, without the zero that keeps it positive. */
function placeRight(into: Buffer, end: number, number: Buffer): void {
  const digits = number.length === 33 ? number.subarray(1) : number
  digits.copy(into, end - digits.length)
}

/** An INTEGER in its shortest form. */
function integer(number: Uint8Array): Buffer {
  let from = 0
  while (from < 31 && number[from] === 0) from += 1
  const digits = number.subarray(from)
  const isHigh = (digits[0] ?? 0) >= 0x80
  return Buffer.concat([Buffer.from(isHigh ? [0x02, digits.length + 1, 0] : [0x02, digits.length]), digits])
}
