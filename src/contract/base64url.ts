const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const form = /^[A-Za-z0-9_-]*$/

/**
 * Whether the text is the one canonical base64url spelling of some bytes: no padding, no white space, unused trailing
 * bits zero (RFC 4648 sections 3.5 and 5).
 */
export function isCanonicalBase64url(text: string): boolean {
  const rest = text.length % 4
  if (rest === 1 || !form.test(text)) return false
  if (rest === 0) return true
  const last = alphabet.indexOf(text.charAt(text.length - 1))
  return (last & (rest === 2 ? 0b1111 : 0b11)) === 0
}

/** How many bytes a canonical text stands for. */
export function base64urlBytes(text: string): number {
  return Math.floor((text.length * 3) / 4)
}

/** The bytes as one unsigned number, most significant first. The text must be canonical. */
export function base64urlNumber(text: string): bigint {
  let hex = ''
  for (let index = 0; index < text.length; index += 4) {
    const four = text.slice(index, index + 4)
    let bits = 0
    for (const letter of four) bits = (bits << 6) | alphabet.indexOf(letter)
    if (four.length === 4) hex += bits.toString(16).padStart(6, '0')
    else if (four.length === 3) hex += (bits >> 2).toString(16).padStart(4, '0')
    else if (four.length === 2) hex += (bits >> 4).toString(16).padStart(2, '0')
  }
  return BigInt(`0x${hex === '' ? '0' : hex}`)
}
