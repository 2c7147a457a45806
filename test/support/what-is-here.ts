import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'

/** The programs that are not here, as one reason to skip; undefined where all are. */
export function whatIsMissing(
  programs: readonly string[],
  also: { readonly root?: boolean; readonly keytar?: boolean } = {},
) {
  const missing = programs.filter((path) => !isProgram(path))
  if (also.keytar === true && !keytarLoads()) missing.push('keytar, built')
  if (also.root === true && process.getuid?.() !== 0) missing.push('the rights of root')
  return missing.length === 0 ? undefined : `not here: ${missing.join(', ')}`
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function keytarLoads(): boolean {
  try {
    createRequire(import.meta.url)('keytar')
    return true
  } catch {
    return false
  }
}
