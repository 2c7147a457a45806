import type { Machine } from '#agent/machine/machine.ts'

/** Ports that sshd is told to listen on besides 22. Not whole: a file that may name more could not be read. */
export type SshdPorts = {
  readonly ports: readonly number[]
  readonly isWhole: boolean
  readonly why?: 'denied' | 'incomplete'
}

export type SshdConfig = { readonly ports: readonly number[]; readonly includes: readonly string[] }

/** openSUSE keeps its own file where others keep none; sshd reads the first that is there. */
const mainFiles = ['/etc/ssh/sshd_config', '/usr/etc/ssh/sshd_config'] as const
const deepestInclude = 4

/** `Port`, ports of `ListenAddress` and `Include` of one file (sshd_config(5)): keywords in any case, `=` allowed. */
export function parseSshdConfig(text: string): SshdConfig {
  const settings = text.split('\n').flatMap((line) => {
    const found = /^\s*([A-Za-z]+)(?:\s+|\s*=\s*)(.*?)\s*$/.exec(line)
    return found === null ? [] : [{ keyword: (found[1] ?? '').toLowerCase(), words: wordsOf(found[2] ?? '') }]
  })
  const portTexts = settings.flatMap(({ keyword, words }) => {
    if (keyword === 'port') return words.slice(0, 1)
    if (keyword !== 'listenaddress') return []
    return [/^(?:\[.*\]|[^:]+):(\d+)$/.exec(words[0] ?? '')?.[1] ?? '']
  })
  const ports = portTexts.map(Number).filter((port) => Number.isInteger(port) && port > 0 && port < 65_536)
  return { ports, includes: settings.flatMap(({ keyword, words }) => (keyword === 'include' ? words : [])) }
}

/** Reads the server's configuration with everything it includes, as far as this user may. */
export async function readSshdPorts(machine: Machine): Promise<SshdPorts> {
  for (const path of mainFiles) {
    const read = await readConfig(machine, path, 0)
    if (read !== 'absent') return read
  }
  return { ports: [], isWhole: true } // no configuration: port 22 is what sshd would take
}

async function readConfig(machine: Machine, path: string, depth: number): Promise<SshdPorts | 'absent'> {
  const file = await machine.readText(path)
  if (file.kind === 'absent') return 'absent'
  if (file.kind !== 'found') return missing(file.kind)
  const { ports, includes } = parseSshdConfig(file.content)
  if (includes.length > 0 && depth === deepestInclude) return { ports, isWhole: false, why: 'incomplete' }
  const below = await Promise.all(includes.map((pattern) => readIncluded(machine, pattern, depth + 1)))
  const lack = below.find((part) => !part.isWhole)
  return {
    ports: [...ports, ...below.flatMap((part) => part.ports)],
    isWhole: lack === undefined,
    ...(lack?.why === undefined ? {} : { why: lack.why }),
  }
}

async function readIncluded(machine: Machine, pattern: string, depth: number): Promise<SshdPorts> {
  const path = pattern.startsWith('/') ? pattern : `/etc/ssh/${pattern}`
  const cut = path.lastIndexOf('/')
  const [folder, name] = [path.slice(0, cut), path.slice(cut + 1)]
  if (/[*?[\]{}]/.test(folder) || /[[\]{}]/.test(name)) return missing('failed')
  const paths: string[] = []
  if (/[*?]/.test(name)) {
    const listed = await machine.list(folder)
    if (listed.kind !== 'found' && listed.kind !== 'absent') return missing(listed.kind)
    const names = listed.kind === 'found' ? listed.content : []
    paths.push(...names.filter((candidate) => matchesWildcard(name, candidate)).map((found) => `${folder}/${found}`))
  } else paths.push(path)
  const parts = await Promise.all(paths.map((file) => readConfig(machine, file, depth)))
  const read = parts.filter((part) => part !== 'absent')
  const lack = read.find((part) => !part.isWhole)
  return { ports: read.flatMap((part) => part.ports), isWhole: lack === undefined, ...(lack?.why && { why: lack.why }) }
}

function missing(kind: 'denied' | 'too-large' | 'failed'): SshdPorts {
  return { ports: [], isWhole: false, why: kind === 'denied' ? 'denied' : 'incomplete' }
}

function matchesWildcard(pattern: string, name: string): boolean {
  if (name.startsWith('.')) return false
  const source = pattern
    .replace(/[.+^${}()|\\[\]]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${source}$`).test(name)
}

function wordsOf(text: string): readonly string[] {
  const words = [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((word) => word[1] ?? word[2] ?? '')
  const comment = words.findIndex((word) => word.startsWith('#'))
  return comment === -1 ? words : words.slice(0, comment)
}
