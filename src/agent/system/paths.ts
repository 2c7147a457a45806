import { userInfo } from 'node:os'
import { isAbsolute, posix, resolve, win32 } from 'node:path'
import { Failure } from '#domain/failure.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import { homeFolder, isOwnFolder } from './home-folder.ts'

/** Where the agent keeps things (architecture.md section 10). `control`: a socket's path, or the name of a pipe. */
export type AgentPaths = { readonly state: string; readonly control: string; readonly logs: string }

export type PathQuestion = {
  readonly os: OperatingSystem
  readonly development: boolean
  readonly home: string
  /** Named by `POSTERN_STATE`, `POSTERN_CONTROL` and the user's folders; empty in the packaged app. */
  readonly environment: { readonly [name: string]: string | undefined }
  /** Options of the command line: they beat variables. */
  readonly state?: string
  readonly control?: string
  /** Windows: the user's SID, part of the pipe's name. */
  readonly sid?: string
  readonly isOwnFolder: (path: string) => boolean
}

const longestSocketBytes = 100 // what `sun_path` holds everywhere, with room for the closing zero

/** Places for the person who runs this process. Failure: `socket_path_too_long`. */
export function agentPathsHere(asked: {
  readonly os: OperatingSystem
  readonly development?: boolean
  readonly environment?: { readonly [name: string]: string | undefined }
  readonly state?: string
  readonly control?: string
}): AgentPaths {
  const environment = asked.environment ?? process.env
  const { uid } = userInfo()
  return agentPaths({
    ...asked,
    development: asked.development ?? false,
    environment,
    home: homeFolder(environment),
    isOwnFolder: (path) => isOwnFolder(path, uid),
  })
}

/** The same as a decision. An option beats a variable, a variable the default. */
export function agentPaths(asked: PathQuestion): AgentPaths {
  const named = asked.state ?? nonEmpty(asked.environment['POSTERN_STATE'])
  const places = placesOf[asked.os](asked, named === undefined ? undefined : resolve(named))
  const endpoint = asked.control ?? nonEmpty(asked.environment['POSTERN_CONTROL'])
  const control = endpoint === undefined ? places.control : asked.os === 'windows' ? endpoint : resolve(endpoint)
  const bytes = Buffer.byteLength(control)
  if (asked.os !== 'windows' && bytes > longestSocketBytes)
    throw new Failure('socket_path_too_long', { path: control, bytes })
  return { ...places, control }
}

type Places = (asked: PathQuestion, state: string | undefined) => AgentPaths

const placesOf: { readonly [System in OperatingSystem]: Places } = {
  macos(asked, named) {
    const { join } = posix
    const folder = asked.development ? 'Postern Development' : 'Postern'
    const state = named ?? join(asked.home, 'Library/Application Support', folder)
    return { state, control: join(state, 'run/control.sock'), logs: join(asked.home, 'Library/Logs', folder) }
  },

  windows(asked, named) {
    const { join } = win32
    const local = nonEmpty(asked.environment['LOCALAPPDATA']) ?? join(asked.home, 'AppData', 'Local')
    const state = named ?? join(local, asked.development ? 'Postern Development' : 'Postern')
    const pipe = `\\\\.\\pipe\\dev.postern.agent.${asked.sid ?? 'unknown'}${asked.development ? '.development' : ''}`
    return { state, control: pipe, logs: join(state, 'log') }
  },

  linux(asked, named) {
    const { join } = posix
    const folder = asked.development ? 'postern-development' : 'postern'
    const base = absolute(asked.environment['XDG_STATE_HOME']) ?? join(asked.home, '.local/state')
    const state = named ?? join(base, folder)
    const runtime = absolute(asked.environment['XDG_RUNTIME_DIR'])
    const run = runtime !== undefined && asked.isOwnFolder(runtime) ? join(runtime, folder) : join(state, 'run')
    return { state, control: join(run, 'control.sock'), logs: join(state, 'log') }
  },
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

/** The base directory specification ignores what is not a whole path. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined
}
