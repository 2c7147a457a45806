import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type TrayModel, trayModel } from '#agent/tray/tray-model.ts'
import { languages } from '#contract/agent-windows.ts'
import { agentStates } from '#domain/agent-state.ts'
import { operatingSystems } from '#domain/operating-system.ts'
import { aSnapshotIn, aTrayView } from '#test/support/tray-stories.ts'

/** Written anew with `POSTERN_WRITE_GOLDEN=1`, to be read before they are committed. */
const isWriting = process.env['POSTERN_WRITE_GOLDEN'] === '1'
const folder = join(import.meta.dirname, 'golden')

/** The tray as a person sees it, and what each row sets off. */
function drawn({ iconFile, tooltip, rows }: TrayModel): string {
  const lines = rows.map((row) => {
    if (row.kind === 'separator') return '----'
    const { kind, ...what } = row.action
    return `${row.label}\n    ${kind} ${Object.keys(what).length === 0 ? '' : JSON.stringify(Object.values(what)[0])}`.trimEnd()
  })
  return [`icon: ${iconFile}`, `tooltip: ${tooltip}`, '====', ...lines, ''].join('\n')
}

const cases = operatingSystems.flatMap((os) =>
  languages.flatMap((language) => agentStates.map((state) => ({ os, language, state }))),
)

describe('The tray', () => {
  it.each(cases)('on $os in $language, $state, is as it was agreed on', ({ os, language, state }) => {
    const text = drawn(trayModel(aSnapshotIn(state), aTrayView({ os, language })))
    const file = join(folder, os, language, `${state}.txt`)
    if (isWriting) {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    }
    expect(text).toBe(readFileSync(file, 'utf8'))
  })

  it('has no golden file of a state that is no more', () => {
    const kept = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.txt'))
    expect(kept).toHaveLength(cases.length)
  })
})
