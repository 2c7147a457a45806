import { posix, win32 } from 'node:path'
import type { OperatingSystem } from '#domain/operating-system.ts'

export type Environment = { readonly [name: string]: string | undefined }

/** Where things lie when nobody says so (architecture.md section 10). */
export type Places = {
  readonly settingsFile: (environment: Environment) => string
  readonly dataFolder: (environment: Environment, home: string, development: boolean) => string
}

export const places: { readonly [System in OperatingSystem]: Places } = {
  macos: {
    settingsFile: () => '/Library/Application Support/Postern/gateway.yaml',
    dataFolder: (_, home, development) =>
      posix.join(home, 'Library/Application Support', development ? 'Postern Gateway Development' : 'Postern Gateway'),
  },
  windows: {
    settingsFile: (environment) =>
      win32.join(environment['ProgramData'] ?? 'C:\\ProgramData', 'Postern', 'gateway.yaml'),
    dataFolder: (environment, home, development) =>
      win32.join(
        environment['LOCALAPPDATA'] ?? win32.join(home, 'AppData', 'Local'),
        development ? 'Postern Gateway Development' : 'Postern Gateway',
      ),
  },
  linux: {
    settingsFile: () => '/etc/postern/gateway.yaml',
    dataFolder(environment, home, development) {
      const [given] = (environment['STATE_DIRECTORY'] ?? '').split(':') // systemd lists several, ours is the first
      if (given !== undefined && posix.isAbsolute(given)) return given
      const shared = environment['XDG_DATA_HOME'] ?? ''
      const base = posix.isAbsolute(shared) ? shared : posix.join(home, '.local/share')
      return posix.join(base, development ? 'postern-gateway-development' : 'postern-gateway')
    },
  },
}
