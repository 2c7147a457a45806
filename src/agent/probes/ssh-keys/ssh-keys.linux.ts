import type { Machine } from '#agent/machine/machine.ts'
import type { Probe } from '#agent/probes/probe.ts'
import { observed, type Reading, type UnknownReason, unknown } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'
import { judgeKeyHead, type KeyHead } from './judge-key-head.ts'

const source = 'ssh-folder'
const largestKeyBytes = 16 * 1024
/** Enough for a bag of attributes or a certificate before the key; the key itself tells within 200 bytes. */
const headBytes = 4096

/** Counts private key files of the user, by the head alone: neither names nor key material leave this file. */
export const sshKeysOnLinux: Probe<'ssh-keys'> = {
  signal: 'ssh-keys',
  os: 'linux',
  cost: 'light',
  watches: [
    { on: 'file', path: '~/.ssh' },
    { on: 'timer', calmSeconds: 900, urgentSeconds: 5 },
  ],

  async inputs(machine) {
    const folder = `${machine.host().home}/.ssh`
    const listed = await machine.list(folder)
    return [folder, ...(listed.kind === 'found' ? listed.content.map((name) => `${folder}/${name}`) : [])]
  },

  async take(machine) {
    const folder = `${machine.host().home}/.ssh`
    const there = await machine.stat(folder)
    if (there.kind === 'absent') return observed({ unprotected: 0, protected: 0 }, source)
    if (there.kind !== 'found') return unknown(there.kind === 'denied' ? 'denied' : 'failed', source)
    const target = there.content.target
    // A folder that leads out of the home is not looked into, so nothing is known of the keys in it.
    if (target !== undefined && !(await isInHome(machine, target))) return unknown('incomplete', source)
    const listed = await machine.list(folder)
    if (listed.kind === 'absent') return observed({ unprotected: 0, protected: 0 }, source)
    if (listed.kind !== 'found') return unknown(listed.kind === 'denied' ? 'denied' : 'incomplete', source)
    const files = await Promise.all(listed.content.map((name) => lookAt(machine, `${folder}/${name}`)))
    return countKeys(files)
  },
}

/** A file that was looked at: which one it really is (a link and its target are one key), and what it came to. */
export type KeyFile = { readonly path: string; readonly is: KeyHead | 'denied' | 'failed' }

/** One unprotected key is an answer by itself; without one every file must have been judged. */
export function countKeys(files: readonly KeyFile[]): Reading<SignalValues['ssh-keys']> {
  const byPath = new Map(files.map((file) => [file.path, file.is]))
  const count = (kind: KeyFile['is']) => [...byPath.values()].filter((is) => is === kind).length
  const value = { unprotected: count('unprotected'), protected: count('protected') }
  if (value.unprotected > 0) return observed(value, source)
  const missing: readonly (readonly [KeyFile['is'], UnknownReason])[] = [
    ['denied', 'denied'],
    ['failed', 'incomplete'],
    ['unjudged', 'unrecognised-output'],
  ]
  const lack = missing.find(([kind]) => count(kind) > 0)
  return lack === undefined ? observed(value, source) : unknown(lack[1], source)
}

async function lookAt(machine: Machine, entry: string): Promise<KeyFile> {
  const first = await machine.stat(entry)
  if (first.kind !== 'found') return { path: entry, is: gone(first.kind) }
  const target = first.content.kind === 'link' ? first.content.target : undefined
  if (first.content.kind === 'link' && (target === undefined || !(await isInHome(machine, target)))) {
    return { path: entry, is: 'not-a-key' }
  }
  const path = target ?? entry
  const status = target === undefined ? first : await machine.stat(target)
  if (status.kind !== 'found') return { path, is: gone(status.kind) }
  const { kind, owner, sizeBytes } = status.content
  if (kind !== 'file' || owner !== machine.host().user.uid || sizeBytes > largestKeyBytes)
    return { path, is: 'not-a-key' }
  const head = await machine.readBytes(path, headBytes)
  if (head.kind !== 'found') return { path, is: gone(head.kind) }
  return { path, is: judgeKeyHead(new TextDecoder('latin1').decode(head.content)) }
}

function gone(kind: 'absent' | 'denied' | 'too-large' | 'failed'): KeyFile['is'] {
  if (kind === 'absent') return 'not-a-key' // removed since, or a link that leads nowhere
  return kind === 'denied' ? 'denied' : 'failed'
}

/** Whether a resolved path lies in the home. On some systems `/home` itself is a link, and resolved paths say so. */
async function isInHome(machine: Machine, path: string): Promise<boolean> {
  const home = machine.host().home
  if (path.startsWith(`${home}/`)) return true
  const above = home.slice(0, home.lastIndexOf('/'))
  const resolved = await Promise.all(
    [home, above].filter((folder) => folder !== '').map((folder) => machine.stat(folder)),
  )
  const [own, parent] = resolved.map((status) => (status.kind === 'found' ? status.content.target : undefined))
  const homes = [own, parent === undefined ? undefined : `${parent}${home.slice(above.length)}`]
  return homes.some((other) => other !== undefined && path.startsWith(`${other}/`))
}
