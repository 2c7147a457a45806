import { statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { isAbsolute } from 'node:path'

/** Whether a folder is there and belongs to `uid` (-1 on Windows, where nobody is asked). What cannot be read is not ours. */
export function isOwnFolder(path: string, uid: number): boolean {
  if (!isAbsolute(path)) return false
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    return found?.isDirectory() === true && (uid < 0 || found.uid === uid)
  } catch {
    return false
  }
}

/** The user's home: `HOME` where we own it, else what the user database says. */
export function homeFolder(environment: { readonly [name: string]: string | undefined }): string {
  const user = userInfo()
  const named = environment['HOME']
  return named !== undefined && isOwnFolder(named, user.uid) ? named : user.homedir
}
