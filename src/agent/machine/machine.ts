import type { OperatingSystem, VirtualKind } from '#domain/operating-system.ts'
import type { ProgramName } from './commands.ts'

/** How a program ended. Text is decoded UTF-8; `code` is null when a signal ended it. */
export type Ran =
  | { readonly kind: 'ran'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'absent' } // none of the absolute paths exists
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'too-much-output' }
  | { readonly kind: 'failed'; readonly code?: string } // could not be started, or ended by a signal

/** What reading a file or folder came to. `denied` covers EACCES and EPERM, `absent` ENOENT and ENOTDIR. */
export type Found<Content> =
  | { readonly kind: 'found'; readonly content: Content }
  | { readonly kind: 'absent' | 'denied' | 'too-large' | 'failed' }

export type FileStatus = {
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  readonly sizeBytes: number
  readonly inode: number
  /** Change time in nanoseconds since 1970, as decimal text: an edit that keeps size and second still changes it. */
  readonly changedAt: string
  /** Modification time, Unix seconds. */
  readonly modifiedAt: number
  readonly owner: number
  /** Permission bits only. */
  readonly mode: number
  /** Where a link leads, resolved; only on `link`. */
  readonly target?: string
}

/** The only environment variables a probe may read. */
export const environmentNames = [
  'XDG_CURRENT_DESKTOP',
  'XDG_SESSION_TYPE',
  'XDG_CONFIG_HOME',
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
  'WAYLAND_DISPLAY',
  'DISPLAY',
] as const
export type EnvironmentName = (typeof environmentNames)[number]

export type Host = {
  readonly os: OperatingSystem
  readonly name: string
  /** Kernel release. */
  readonly release: string
  readonly user: { readonly name: string; readonly uid: number }
  readonly home: string
}

/** What systeminformation and node-machine-id say, filtered: placeholders and made-up names are left out. */
export type HostFacts = {
  readonly distribution?: string
  readonly release?: string
  readonly vendor?: string
  readonly model?: string
}

/**
 * The machine as a probe sees it: nothing else of it reaches a probe. Reads never throw for foreseen failures;
 * each answer says what it came to. Files over 1 MiB are `too-large`, unless a smaller limit is given.
 */
export type Machine = {
  /** Runs a program of `commands` by absolute path, without a shell. Arguments are fixed by the caller. */
  run(
    program: ProgramName,
    args: readonly string[],
    limits?: { readonly timeoutMs?: number; readonly maxOutputBytes?: number },
  ): Promise<Ran>
  readText(path: string, maxBytes?: number): Promise<Found<string>>
  /** The first `maxBytes` of a file, or all of it when shorter; `too-large` never happens here. */
  readBytes(path: string, maxBytes: number): Promise<Found<Uint8Array>>
  /** Names in a folder, sorted; at most 4096, more is `too-large`. */
  list(path: string): Promise<Found<readonly string[]>>
  /** Of the path itself: a link is not followed. */
  stat(path: string): Promise<Found<FileStatus>>
  /** Reads a file only if it is a regular file of `owner` that group and others cannot write, checked on the opened descriptor. */
  readOwned(path: string, owner: number, maxBytes?: number): Promise<Found<string> | { readonly kind: 'not-owned' }>
  environment(name: EnvironmentName): string | undefined
  host(): Host
  facts(): Promise<HostFacts>
  /** What this machine runs in; asked once a scan, memoised by whoever makes the machine. */
  virtual(): Promise<VirtualKind>
  /** Unix seconds, from the clock that was passed in. */
  now(): number
}
