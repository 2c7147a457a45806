import { generateKeyPairSync } from 'node:crypto'

/** A fresh private key as `ssh-keygen -m PKCS8` writes it, with a passphrase or without. */
export function anSshKey(passphrase?: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const form = { type: 'pkcs8', format: 'pem' } as const
  return passphrase === undefined
    ? privateKey.export(form).toString()
    : privateKey.export({ ...form, cipher: 'aes-256-cbc', passphrase }).toString()
}
