import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { AgentPorts } from '#agent/ports.ts'
import { Failure } from '#domain/failure.ts'
import { fileReason } from '#runtime/file-reason.ts'

/**
 * What the windows may do in a browser. Nothing is opened from here: an address is said (`say`), and the person opens it. Files go to
 * `<state>/exports`. There is no clipboard, tray or start with the session.
 */
export function browserPorts(
  state: string,
  say: (line: string) => void,
  quit: () => void,
): Pick<AgentPorts, 'open' | 'save' | 'quit' | 'installKind' | 'trayState' | 'shellFacts'> {
  const pages = { console: 'console/', enroll: 'enroll' } as const
  return {
    open: {
      settingsPane: async (id) => say(`Settings: ${id}`),
      async gatewayPage(page, { issuer, id }) {
        const path = page === 'step-up' ? `step-up/${encodeURIComponent(id ?? '')}` : pages[page]
        say(`Open in a browser: ${issuer}/${path}`)
      },
      support: async (url) => say(`Open in a browser: ${url}`),
    },
    save: {
      async save(name, content) {
        const file = join(state, 'exports', basename(name))
        try {
          await mkdir(join(state, 'exports'), { recursive: true, mode: 0o700 })
          await writeFile(file, content, { mode: 0o600 })
          return file
        } catch (cause) {
          throw new Failure('state_unwritable', { file, reason: fileReason(cause) }, { cause })
        }
      },
    },
    quit,
    installKind: 'development',
    trayState: () => 'not-here',
    shellFacts: async () => [
      { name: 'shell', value: `development shell in a browser, Node ${process.versions.node}` },
      { name: 'tray', value: 'not-here' },
    ],
  }
}
