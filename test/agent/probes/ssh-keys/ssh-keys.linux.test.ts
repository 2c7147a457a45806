import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { judgeKeyHead } from '#agent/probes/ssh-keys/judge-key-head.ts'
import { sshKeysOnLinux } from '#agent/probes/ssh-keys/ssh-keys.linux.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'
import { describeUnless, whyNot } from '#test/support/what-is-here.ts'

const take = (parts: LinuxMachineParts) => sshKeysOnLinux.take(aLinuxMachine(parts))
const keys = (unprotected: number, isProtected: number) => ({
  kind: 'observed',
  value: { unprotected, protected: isProtected },
})

/** The head of an OpenSSH key file up to the public key, which is as far as a judgement may look. */
function anOpensshHead(cipher: string, type = 'ssh-ed25519'): string {
  const text = (value: string) => Buffer.concat([number(value.length), Buffer.from(value)])
  const number = (value: number) => Buffer.from([0, 0, value >> 8, value & 255])
  const publicKey = Buffer.concat([text(type), text('x'.repeat(32))])
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    text(cipher),
    text(cipher === 'none' ? 'none' : 'bcrypt'),
    text(cipher === 'none' ? '' : 'y'.repeat(24)),
    number(1),
    number(publicKey.length),
    publicKey,
  ])
  const lines = body.toString('base64').match(/.{1,70}/g) ?? []
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`
}
const plain = anOpensshHead('none')
const locked = anOpensshHead('aes256-ctr')
const pem = (label: string, fields = '') =>
  `-----BEGIN ${label}-----\n${fields}MIIEowIBAAKCAQEA\n-----END ${label}-----\n`
const procType = 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n'

describe('the head of a key file', () => {
  it.each([
    [plain, 'unprotected'],
    [locked, 'protected'],
    [plain.replaceAll('\n', '\r\n'), 'unprotected'],
    [anOpensshHead('none', 'sk-ssh-ed25519@openssh.com'), 'hardware'],
    [anOpensshHead('aes256-ctr', 'sk-ecdsa-sha2-nistp256@openssh.com'), 'hardware'],
    [pem('RSA PRIVATE KEY'), 'unprotected'],
    [pem('EC PRIVATE KEY'), 'unprotected'],
    [pem('DSA PRIVATE KEY', procType), 'protected'],
    [pem('RSA PRIVATE KEY', procType), 'protected'],
    [pem('PRIVATE KEY'), 'unprotected'],
    [pem('ENCRYPTED PRIVATE KEY'), 'protected'],
    [`Bag Attributes\n    friendlyName: x\n${pem('PRIVATE KEY')}`, 'unprotected'],
    [pem('CERTIFICATE') + pem('RSA PRIVATE KEY'), 'unprotected'],
    [locked + plain, 'unprotected'],
    [pem('CERTIFICATE'), 'not-a-key'],
    [pem('PUBLIC KEY'), 'not-a-key'],
    ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA ada@laptop\n', 'not-a-key'],
    ['the words BEGIN RSA PRIVATE KEY in a note\n', 'not-a-key'],
    ['', 'not-a-key'],
    ['---- BEGIN SSH2 PUBLIC KEY ----\n', 'not-a-key'],
    ['---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n', 'unjudged'],
    [pem('FUTURE PRIVATE KEY'), 'unjudged'],
    ['-----BEGIN OPENSSH PRIV', 'unjudged'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nnot base64!\n', 'unjudged'],
    ['-----BEGIN RSA PRIVATE KEY-----\n', 'unjudged'],
  ])('%j is %s', (head, is) => {
    expect(judgeKeyHead(head)).toBe(is)
  })

  it('never becomes protected by being cut', () => {
    return fc.assert(
      fc.property(fc.constantFrom(plain, pem('RSA PRIVATE KEY'), pem('PRIVATE KEY')), fc.nat(400), (head, length) => {
        expect(['unprotected', 'unjudged', 'not-a-key']).toContain(judgeKeyHead(head.slice(0, length)))
      }),
    )
  })

  it('is judged for any text', () => {
    const body = fc.string({ unit: fc.constantFrom(...'AbZ09+/=-: \n') })
    return fc.assert(
      fc.property(fc.constantFrom('OPENSSH ', 'RSA ', ''), body, (kind, text) => {
        expect(judgeKeyHead(`-----BEGIN ${kind}PRIVATE KEY-----\n${text}`)).toBeTypeOf('string')
      }),
    )
  })
})

const hasKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined
describeUnless(hasKeygen ? undefined : whyNot('no program', 'ssh-keygen'), 'key files that ssh-keygen makes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'postern-keys-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  it.each([
    ['ed25519', [], '', 'unprotected'],
    ['ed25519', [], 'a passphrase', 'protected'],
    ['ecdsa', [], '', 'unprotected'],
    ['rsa', ['-m', 'PEM'], '', 'unprotected'],
    ['rsa', ['-m', 'PEM'], 'a passphrase', 'protected'],
    ['ecdsa', ['-m', 'PKCS8'], '', 'unprotected'],
    ['ecdsa', ['-m', 'PKCS8'], 'a passphrase', 'protected'],
  ])('%s %j with passphrase %j is %s', (type, more, passphrase, is) => {
    const file = join(folder, `${type}${more.join('')}${passphrase === '' ? '' : '-locked'}`)
    const made = spawnSync('ssh-keygen', [
      '-q',
      '-t',
      type,
      '-b',
      type === 'rsa' ? '2048' : '256',
      ...more,
      '-N',
      passphrase,
      '-f',
      file,
    ])
    expect(made.status).toBe(0)
    expect(judgeKeyHead(readFileSync(file, 'latin1').slice(0, 4096))).toBe(is)
  })
})

describe('a home without an SSH folder', () => {
  it('holds no keys', async () => {
    expect(await take({})).toMatchObject(keys(0, 0))
  })
})

describe('a folder of keys', () => {
  const ssh = '/home/ada/.ssh'

  it('is counted, without names or contents in the answer', async () => {
    const files = {
      [`${ssh}/id_ed25519`]: plain,
      [`${ssh}/work`]: locked,
      [`${ssh}/id_ed25519.pub`]: 'ssh-ed25519 AAAA ada\n',
      [`${ssh}/config`]: 'Host *\n',
    }
    const reading = await take({ files })
    expect(reading).toMatchObject(keys(1, 1))
    expect(JSON.stringify(reading)).not.toContain('work')
  })

  it('leaves out handles of security keys, files of others, large ones and what is no file', async () => {
    const files = {
      [`${ssh}/id_sk`]: anOpensshHead('none', 'sk-ssh-ed25519@openssh.com'),
      [`${ssh}/foreign`]: plain,
      [`${ssh}/known_hosts`]: plain + ' '.repeat(20_000),
      [`${ssh}/deeper/key`]: plain,
    }
    expect(await take({ files, statuses: { [`${ssh}/foreign`]: { owner: 0 } } })).toMatchObject(keys(0, 0))
  })

  it('is unknown while a file of it cannot be read, unless an unprotected key was found', async () => {
    const files = { [`${ssh}/a`]: locked, [`${ssh}/b`]: locked }
    expect(await take({ files, denied: [`${ssh}/b`] })).toMatchObject({ kind: 'unknown', why: 'denied' })
    expect(await take({ files: { ...files, [`${ssh}/c`]: plain }, denied: [`${ssh}/b`] })).toMatchObject(keys(1, 1))
    const strange = { [`${ssh}/a`]: pem('FUTURE PRIVATE KEY') }
    expect(await take({ files: strange })).toMatchObject({ kind: 'unknown', why: 'unrecognised-output' })
  })

  it('is unknown when it may not be listed', async () => {
    expect(await take({ files: { [`${ssh}/a`]: locked }, denied: [ssh] })).toMatchObject({
      kind: 'unknown',
      why: 'denied',
    })
  })

  it('follows links inside the home, counts their target once, and no link out of it', async () => {
    const inside = {
      [`${ssh}/id`]: '/home/ada/keys/id',
      [`${ssh}/same`]: '/home/ada/keys/id',
      [`${ssh}/gone`]: '/home/ada/x',
    }
    expect(await take({ files: { '/home/ada/keys/id': plain }, links: inside })).toMatchObject(keys(1, 0))
    const outside = { [`${ssh}/id`]: '/srv/keys/id', [`${ssh}/near`]: '/home/adam/id' }
    expect(await take({ files: { '/srv/keys/id': plain, '/home/adam/id': plain }, links: outside })).toMatchObject(
      keys(0, 0),
    )
  })

  it('knows its home by the name that /home leads to', async () => {
    const links = { '/home': '/var/home', [`${ssh}/id`]: '/var/home/ada/keys/id' }
    expect(await take({ files: { '/var/home/ada/keys/id': plain }, links })).toMatchObject(keys(1, 0))
  })

  it('is unknown when the folder itself leads out of the home', async () => {
    const parts = { links: { [ssh]: '/srv/ssh' }, files: { '/srv/ssh/id': plain } }
    expect(await take(parts)).toMatchObject({ kind: 'unknown', why: 'incomplete' })
  })

  it('names each of its files as an input', async () => {
    const machine = aLinuxMachine({ files: { [`${ssh}/a`]: plain, [`${ssh}/b`]: locked } })
    expect(await sshKeysOnLinux.inputs?.(machine)).toEqual([ssh, `${ssh}/a`, `${ssh}/b`])
  })
})
