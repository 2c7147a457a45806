import { constants, type Stats } from 'node:fs'
import { type FileHandle, mkdir, open, statfs, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { OperatingSystem } from '#domain/operating-system.ts'
import { replaceFile } from '#runtime/state-file.ts'
import type { KeyStore, UnavailableReason } from '../key-store.ts'
import { type Obstacle, type RecordedBy, recordedKeyStore, type SecretPlace } from '../recorded-key-store.ts'

export type FileKeyOptions = RecordedBy & {
  /** `<state>/device-key`; its folder is 0700 and ours. */
  readonly path: string
  /** `AllowFileKey`, asked each time: a policy that is withdrawn stops signing at once. */
  readonly isAllowed: () => boolean
  readonly os: OperatingSystem
  readonly uid: number
  /** The number of a folder's file system (statfs(2) `f_type`). */
  readonly fileSystemType?: (path: string) => Promise<number>
}

/**
 * The device key in a file of our own (desktop.md section 10, rule 6). Checked on the opened descriptors: a link, another
 * owner, a mode that lets others in, or a file system not known to be local is refused.
 */
export function fileKeyStore(options: FileKeyOptions): KeyStore {
  return recordedKeyStore(filePlace(options), options)
}

type Looked = { readonly kind: 'found'; readonly secret: string } | { readonly kind: 'none' } | Obstacle

const longestSecret = 2000
const noFollow = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK // a pipe in its place must not block us

function filePlace(options: FileKeyOptions): SecretPlace {
  const folder = dirname(options.path)

  async function look(): Promise<Looked> {
    if (!options.isAllowed()) return unavailable('file-not-allowed')
    const refusal = await refusalOfFolder()
    if (refusal === 'absent') return { kind: 'none' }
    if (refusal !== undefined) return unavailable(refusal)
    return opened(options.path, noFollow, async (file): Promise<Looked> => {
      const status = await file.stat()
      if (!status.isFile()) return unavailable('file-kind')
      if (status.nlink !== 1) return unavailable('file-link')
      const wrong = refusalOfOwner(status)
      if (wrong !== undefined) return unavailable(wrong)
      const { buffer, bytesRead } = await file.read(Buffer.alloc(longestSecret), 0, longestSecret, 0)
      return { kind: 'found', secret: buffer.toString('latin1', 0, bytesRead) }
    })
  }

  async function refusalOfFolder(): Promise<UnavailableReason | 'absent' | undefined> {
    if (options.os !== 'linux') return 'file-system' // how other systems name a network file system is not settled yet
    const looked = await opened(folder, noFollow, async (handle) => {
      const status = await handle.stat()
      return status.isDirectory()
        ? { kind: 'folder' as const, refusal: refusalOfOwner(status) }
        : unavailable('file-kind')
    })
    if (looked.kind === 'none') return 'absent'
    if (looked.kind === 'unavailable') return looked.reason
    if (looked.refusal !== undefined) return looked.refusal
    const type = await (options.fileSystemType ?? fileSystemType)(folder)
    return localFileSystems.has(type) ? undefined : 'file-system'
  }

  function refusalOfOwner(status: Stats): UnavailableReason | undefined {
    if (status.uid !== options.uid) return 'file-owner'
    return (status.mode & 0o077) === 0 ? undefined : 'file-mode'
  }

  return {
    backEnd: 'file',
    read: look,
    settled: () => Promise.resolve(),

    async obstacle() {
      const looked = await look()
      return looked.kind === 'found' || looked.kind === 'none' ? undefined : looked
    },

    async write(secret) {
      if (!options.isAllowed()) return unavailable('file-not-allowed')
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const looked = await look()
      if (looked.kind === 'unavailable' || looked.kind === 'locked') return looked
      await replaceFile(options.path, secret) // beside it with O_EXCL (which follows no link), 0600, synced, renamed
      return { kind: 'written' }
    },

    /** Also when no longer allowed: ending a key needs no permission. The path itself is removed, never what it leads to. */
    async remove() {
      try {
        await unlink(options.path)
      } catch (cause) {
        if (codeOf(cause) !== 'ENOENT') return unavailable('back-end-error')
      }
      return { kind: 'removed' }
    },
  }
}

/** Opens without following a link and closes again; what cannot be opened is told by kind. */
async function opened<Looked>(
  path: string,
  flags: number,
  look: (file: FileHandle) => Promise<Looked>,
): Promise<Looked | { readonly kind: 'none' } | { readonly kind: 'unavailable'; readonly reason: UnavailableReason }> {
  let file: FileHandle
  try {
    file = await open(path, flags)
  } catch (cause) {
    const code = codeOf(cause)
    if (code === 'ENOENT') return { kind: 'none' }
    if (code === 'ELOOP') return { kind: 'unavailable', reason: 'file-link' }
    if (code === 'ENXIO' || code === 'ENOTDIR') return { kind: 'unavailable', reason: 'file-kind' }
    return { kind: 'unavailable', reason: code === 'EACCES' ? 'file-owner' : 'back-end-error' }
  }
  try {
    return await look(file)
  } finally {
    await file.close()
  }
}

function unavailable(reason: UnavailableReason) {
  return { kind: 'unavailable', reason } as const
}

async function fileSystemType(path: string): Promise<number> {
  return (await statfs(path)).type
}

/**
 * File systems whose storage is this machine's (include/uapi/linux/magic.h). Whatever is not listed counts as a network
 * file system, FUSE among them: what lies behind one cannot be told.
 */
const localFileSystems: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0xf2f52010, // F2FS
  0x2fc12fc1, // ZFS
  0xca451a4e, // bcachefs
  0x52654973, // ReiserFS
  0x3153464a, // JFS
  0x3434, // NILFS
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
  0xf15f, // eCryptfs
])

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
}
