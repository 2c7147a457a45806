import type { Machine } from '#agent/machine/machine.ts'
import type { SourceContent } from './resolve-settings.ts'
import type { SettingsSource } from './settings-source.ts'

const enforcedPath = '/etc/postern/policy.json'
const defaultsPath = '/etc/postern/defaults.json'
const root = 0
const longestBytes = 64 * 1024

/** Two JSON files that only root can write. A file that others could have written is not read. */
export const settingsSourceOnLinux: SettingsSource = {
  watches: [
    { on: 'file', path: enforcedPath },
    { on: 'file', path: defaultsPath },
  ],
  async read(machine) {
    const [enforced, defaults] = await Promise.all([readFile(machine, enforcedPath), readFile(machine, defaultsPath)])
    return { enforced, defaults }
  },
}

async function readFile(machine: Pick<Machine, 'readOwned'>, place: string): Promise<SourceContent> {
  const found = await machine.readOwned(place, root, longestBytes)
  if (found.kind === 'absent') return { kind: 'read', place, members: {} }
  if (found.kind === 'not-owned') return { kind: 'failed', place, why: 'not-owned' }
  if (found.kind !== 'found') return { kind: 'failed', place, why: 'unreadable' }
  return parseMembers(place, found.content)
}

function parseMembers(place: string, text: string): SourceContent {
  try {
    const content: unknown = JSON.parse(text)
    if (typeof content === 'object' && content !== null && !Array.isArray(content))
      return { kind: 'read', place, members: { ...content } }
  } catch {
    return { kind: 'failed', place, why: 'not-settings' } // not JSON: what was in force stays
  }
  return { kind: 'failed', place, why: 'not-settings' }
}
