import type { Reason } from '#domain/reason.ts'

/** Why the system refused a file or a folder, with its own code for who looks it up. */
export function fileReason(cause: unknown): Reason {
  const code = systemCode(cause)
  if (code === undefined) return 'The system does not say why'
  return (Object.hasOwn(reasons, code) ? reasons[code]?.(code) : undefined) ?? `The system says ${code}`
}

/** The code of an error of the system, such as `ENOENT`. */
export function systemCode(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
}

const rights = (code: string): Reason => `Its rights do not let Postern in (${code})`

const reasons: { readonly [code: string]: (code: string) => Reason } = {
  EACCES: rights,
  EPERM: rights,
  EROFS: (code) => `The disk can only be read (${code})`,
  ENOSPC: (code) => `The disk is full (${code})`,
  EDQUOT: (code) => `Your share of the disk is full (${code})`,
  EIO: (code) => `The disk reports an error (${code})`,
  ENOENT: (code) => `It is not there (${code})`,
}
