import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import type { NoteSigner } from '#gateway/audit/signed-note.ts'

/** The vector of audit.md sections 4 and 5. */
export const logVector = {
  origin: 'gate.example.com/audit',
  vkey: 'gate.example.com/audit+c5bbefa4+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea',
  leafHashes: ['jEqRLKPWRseOW9srzP8x4kpc0O1UdNphiFBKf_ZFczU', 'j4mtvOK6l78rO_bPUwlfFlG_P1WitGErB7OH38mZzCs'],
  note: 'gate.example.com/audit\n2\nW+8/v26HWWbGH+I87Iq2yTlusS+wtPBVeThwyavDRUI=\n\n\u2014 gate.example.com/audit xbvvpHvaRvinGyrkFUciqZ+W1ng4tNabxLcCPW1pWzcSWk1KD+SOMHIiBQ3QA5DrpvlT+Bcs6c/gtAMH+SJYIYhjfgo=\n',
} as const

/** The key of RFC 8032 section 7.1 test 1, under the vector's name. */
export function vectorKey(): NoteSigner {
  const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
  const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex')
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return { name: logVector.origin, privateKey, publicKey: createPublicKey(privateKey) }
}

/** A log key of its own. */
export function aLogKey(name: string = logVector.origin): NoteSigner {
  return { name, ...generateKeyPairSync('ed25519') }
}
