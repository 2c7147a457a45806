import type { ProgramName } from '#agent/machine/commands.ts'
import type { EnvironmentName, FileStatus, Found, HostFacts, Machine, Ran } from '#agent/machine/machine.ts'
import type { VirtualKind } from '#domain/operating-system.ts'

/** How a program answers: a `Ran`, or what it printed (exit code 0 where none is given). */
export type ProgramAnswer = Ran | { readonly code?: number; readonly stdout?: string; readonly stderr?: string }

export type LinuxMachineParts = {
  /** Content by absolute path; folders above them exist by themselves. */
  readonly files?: { readonly [path: string]: string | Uint8Array }
  /** Folders that are there although nothing lies in them, or with entries that are not files of ours. */
  readonly folders?: { readonly [path: string]: readonly string[] }
  /** Links, by absolute path: where they lead. Reading a link reads its target. */
  readonly links?: { readonly [path: string]: string }
  /** What `stat` says of a path beyond what follows from its content. */
  readonly statuses?: { readonly [path: string]: Partial<FileStatus> }
  /** Paths, and everything below them, that may not be read. `stat` of the path itself still answers. */
  readonly denied?: readonly string[]
  /** Answers by `program arg arg`, or by the program's name alone for all other arguments. Others are absent. */
  readonly programs?: { readonly [call: string]: ProgramAnswer }
  /** Names of running programs; pid 1 comes first. Shorthand for `/proc/<pid>/comm`. */
  readonly processes?: readonly string[]
  readonly environment?: { readonly [Name in EnvironmentName]?: string }
  readonly virtual?: VirtualKind
  readonly facts?: HostFacts
  /** Unix seconds. */
  readonly now?: number
  readonly user?: { readonly name: string; readonly uid: number }
  readonly home?: string
}

/** A Linux machine made of values, and every question that was put to it, as `run apt list …` or `readText /etc/…`. */
export type LinuxMachine = Machine & { readonly asked: string[] }

export function aLinuxMachine(parts: LinuxMachineParts = {}): LinuxMachine {
  const files = new Map(Object.entries(parts.files ?? {}))
  parts.processes?.forEach((name, index) => {
    files.set(`/proc/${index + 1}/comm`, `${name}\n`)
  })
  const links = new Map(Object.entries(parts.links ?? {}))
  const folders = foldersOf([...files.keys(), ...links.keys()], parts.folders ?? {})
  const asked: string[] = []
  const user = parts.user ?? { name: 'ada', uid: 1000 }

  const isBelow = (path: string, top: string) => path === top || path.startsWith(`${top}/`)
  const isDenied = (path: string) => (parts.denied ?? []).some((top) => isBelow(path, top))
  const isHidden = (path: string) => (parts.denied ?? []).some((top) => path !== top && isBelow(path, top))
  const follow = (path: string): string => {
    const target = links.get(path)
    return target === undefined ? path : follow(target)
  }
  const bytes = (path: string): Found<Uint8Array> => {
    const end = follow(path)
    if (isDenied(end)) return { kind: 'denied' }
    const content = files.get(end)
    if (content === undefined) return { kind: folders.has(end) ? 'failed' : 'absent' }
    return { kind: 'found', content: typeof content === 'string' ? new TextEncoder().encode(content) : content }
  }
  const text = (path: string, maxBytes = 1024 * 1024): Found<string> => {
    const found = bytes(path)
    if (found.kind !== 'found') return found
    if (found.content.length > maxBytes) return { kind: 'too-large' }
    return { kind: 'found', content: new TextDecoder().decode(found.content) }
  }
  const status = (path: string): Found<FileStatus> => {
    if (isHidden(path)) return { kind: 'denied' }
    const content = files.get(path)
    const kind = links.has(path) ? 'link' : content !== undefined ? 'file' : folders.has(path) ? 'folder' : undefined
    if (kind === undefined && parts.statuses?.[path] === undefined) return { kind: 'absent' }
    const target = links.get(path)
    return {
      kind: 'found',
      content: {
        kind: kind ?? 'other',
        sizeBytes: (content ?? target ?? '').length,
        inode: 1,
        changedAt: '0',
        modifiedAt: 0,
        owner: user.uid,
        mode: kind === 'folder' ? 0o755 : 0o644,
        ...(target === undefined ? {} : { target: follow(target) }),
        ...parts.statuses?.[path],
      },
    }
  }
  const answer = async <Answer>(question: string, given: Answer): Promise<Answer> => {
    asked.push(question)
    return given
  }

  return {
    asked,
    run: (program, args) => answer(`run ${[program, ...args].join(' ')}`, ran(parts, program, args)),
    readText: (path, maxBytes) => answer(`readText ${path}`, text(path, maxBytes)),
    readBytes: (path, maxBytes) => {
      const found = bytes(path)
      const head = found.kind === 'found' ? { ...found, content: found.content.slice(0, maxBytes) } : found
      return answer(`readBytes ${path}`, head)
    },
    list: (path) => {
      const names = folders.get(follow(path))
      const found: Found<readonly string[]> = isDenied(path)
        ? { kind: 'denied' }
        : names === undefined
          ? { kind: files.has(path) ? 'failed' : 'absent' }
          : { kind: 'found', content: [...names].sort() }
      return answer(`list ${path}`, found)
    },
    stat: (path) => answer(`stat ${path}`, status(path)),
    readOwned: (path, owner, maxBytes) => {
      const of = status(path)
      const isTrusted = of.kind !== 'found' || (of.content.owner === owner && (of.content.mode & 0o022) === 0)
      const isPlain = of.kind !== 'found' || of.content.kind === 'file'
      return answer(`readOwned ${path}`, isTrusted && isPlain ? text(path, maxBytes) : { kind: 'not-owned' as const })
    },
    environment: (name) => parts.environment?.[name],
    host: () => ({ os: 'linux', name: 'laptop', release: '6.1.0', user, home: parts.home ?? '/home/ada' }),
    facts: () => answer('facts', parts.facts ?? {}),
    virtual: () => answer('virtual', parts.virtual ?? 'no'),
    now: () => parts.now ?? 1_790_000_000,
  }
}

function ran(parts: LinuxMachineParts, program: ProgramName, args: readonly string[]): Ran {
  const given = parts.programs?.[[program, ...args].join(' ')] ?? parts.programs?.[program]
  if (given === undefined) return { kind: 'absent' }
  if ('kind' in given) return given
  return { kind: 'ran', code: given.code ?? 0, stdout: given.stdout ?? '', stderr: given.stderr ?? '' }
}

function foldersOf(
  paths: readonly string[],
  given: { readonly [path: string]: readonly string[] },
): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>([['/', new Set()]])
  const add = (path: string): void => {
    const cut = path.lastIndexOf('/')
    const above = cut <= 0 ? '/' : path.slice(0, cut)
    if (path === '/') return
    const names = folders.get(above) ?? new Set<string>()
    names.add(path.slice(cut + 1))
    folders.set(above, names)
    add(above)
  }
  for (const path of paths) add(path)
  for (const [path, names] of Object.entries(given)) {
    folders.set(path, new Set([...(folders.get(path) ?? []), ...names]))
    add(path)
  }
  return folders
}
