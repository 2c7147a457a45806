import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram } from './run-program.ts'

export const openssl = '/usr/bin/openssl'

/** A certificate authority of a test, and one certificate that it issued: paths of PEM files. */
export type PrivateAuthority = {
  readonly authority: string
  readonly certificate: string
  readonly key: string
}

/** Made by `openssl`, for two days. */
export async function aPrivateAuthority(folder: string, name: string): Promise<PrivateAuthority> {
  await mkdir(folder, { recursive: true })
  const at = (file: string) => join(folder, file)
  await writeFile(
    at('leaf.ext'),
    `subjectAltName=DNS:${name}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n`,
  )
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const isAuthority = [
    '-addext',
    'basicConstraints=critical,CA:TRUE',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  ]
  await run(folder, [
    ...['req', '-x509', '-days', '2', '-subj', '/CN=Postern Test Authority', ...isAuthority],
    ...[...key, '-keyout', at('authority.key'), '-out', at('authority.pem')],
  ])
  await run(folder, ['req', '-new', '-subj', `/CN=${name}`, ...key, '-keyout', at('leaf.key'), '-out', at('leaf.csr')])
  await run(folder, [
    ...['x509', '-req', '-days', '2', '-in', at('leaf.csr'), '-CA', at('authority.pem'), '-CAkey', at('authority.key')],
    ...['-CAcreateserial', '-extfile', at('leaf.ext'), '-out', at('leaf.pem')],
  ])
  return { authority: at('authority.pem'), certificate: at('leaf.pem'), key: at('leaf.key') }
}

async function run(folder: string, args: readonly string[]): Promise<void> {
  const ended = await runProgram(openssl, args, { cwd: folder, env: { PATH: '/usr/bin:/bin', HOME: folder } })
  if (ended.code !== 0) throw new Error(`openssl ${args.join(' ')}: ${ended.stderr}`)
}
