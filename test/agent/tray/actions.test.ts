import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ActionPlaces, actionPlaces } from '#agent/tray/action-places.ts'
import { trayActionKinds } from '#agent/tray/tray-action.ts'
import { trayModel } from '#agent/tray/tray-model.ts'
import { agentCommands } from '#cli/agent-commands.ts'
import { screens } from '#contract/agent-windows.ts'
import { requests } from '#contract/ipc.ts'
import { agentStates } from '#domain/agent-state.ts'
import { aSnapshotIn, aTrayView } from '#test/support/tray-stories.ts'

const windows = join(import.meta.dirname, '..', '..', '..', 'renderer', 'agent')

/** What the pages of a screen, and what they are made of, say in their sources. */
function sourcesOf(screen: ActionPlaces['window']['screen']): string {
  const files = readdirSync(join(windows, screen), { encoding: 'utf8' })
  return files.map((file) => readFileSync(join(windows, screen, file), 'utf8')).join('\n')
}

const offered = new Set(
  agentStates.flatMap((state) =>
    trayModel(aSnapshotIn(state), aTrayView()).rows.flatMap((row) => (row.kind === 'action' ? [row.action.kind] : [])),
  ),
)

describe.each(trayActionKinds)('The action %s', (kind) => {
  const { window, cli } = actionPlaces[kind]

  it('is offered in the tray', () => {
    expect(offered).toContain(kind)
  })

  it('is offered in a window', () => {
    expect(screens).toContain(window.screen)
    if (window.does === 'shows') return expect(sourcesOf(window.screen)).toContain('Screen')
    expect(requests[window.does].from).toContain('window')
    expect(sourcesOf(window.screen)).toContain(`'${window.does}'`)
  })

  it('is offered at the command line, by a verb that is built', () => {
    const row: { readonly load?: unknown; readonly options: readonly string[] } | undefined = Object.entries(
      agentCommands,
    ).find(([command]) => command === cli.command)?.[1]
    expect(row?.load).toBeDefined()
    if (cli.option !== undefined) expect(row?.options).toContain(cli.option)
  })
})
