import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aFolder } from '#test/support/a-folder.ts'
import { desktopApp } from '#tools/bench/desktop-app.ts'
import { children } from '#tools/children.ts'

type Told = { readonly name: string; readonly value: number; readonly unit: string; readonly yardstick?: number }

/** The budgets of desktop.md section 14: what is just within, and by how much more it is beyond. */
const budgets: readonly (readonly [within: Told, more: number])[] = [
  [{ name: 'app-idle-pss', value: 115, unit: 'MB', yardstick: 100 }, 1],
  [{ name: 'app-window-pss', value: 210, unit: 'MB', yardstick: 100 }, 1],
  [{ name: 'app-idle-cpu', value: 0.1, unit: '%' }, 0.01],
  [{ name: 'app-wake-ups', value: 2, unit: '1/min' }, 0.1],
  [{ name: 'app-tray-ready', value: 700, unit: 'ms', yardstick: 400 }, 1],
  [{ name: 'app-window-visible', value: 700, unit: 'ms' }, 1],
  [{ name: 'app-renderer-gone', value: 5000, unit: 'ms' }, 1],
  [{ name: 'app-verdict-on-screen', value: 250, unit: 'ms' }, 1],
  [{ name: 'app-fix-to-screen', value: 2000, unit: 'ms' }, 1],
]

/** The figure, with a measuring program that tells this. */
async function measured(told: object) {
  const root = await aFolder()
  const folder = join(root, 'test', 'electron', 'measure')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'measure.ts'), `process.stdout.write(${JSON.stringify(JSON.stringify(told))})`)
  const said: string[] = []
  const unused = { postern: '', folder: root, cores: undefined, profiles: undefined, children: children() }
  const figures = await desktopApp.measure({ ...unused, root, node: process.execPath, say: (what) => said.push(what) })
  return { figures, said }
}
const report = (figures: readonly Told[]) => ({ electron: '45.5.0', processes: ['main', 'gpu'], figures })

describe('What the app costs beside a bare one', () => {
  it('is held to every budget of the design, each at its limit and not beyond', async () => {
    const { figures } = await measured(report(budgets.map(([within]) => within)))
    expect(figures.map(({ figure, holds }) => [figure, holds])).toEqual(budgets.map(([{ name }]) => [name, true]))
    const beyond = await measured(report(budgets.map(([within, more]) => ({ ...within, value: within.value + more }))))
    expect(beyond.figures.map(({ holds }) => holds)).toEqual(budgets.map(() => false))
    expect(desktopApp.names.toSorted()).toEqual(budgets.map(([{ name }]) => name).toSorted())
  })

  it('is told with the version of Electron and the processes', async () => {
    const { said } = await measured(report([]))
    expect(said.join('\n')).toContain('Electron 45.5.0; processes when idle: main, gpu')
  })

  it('is not made up where there is no Electron', async () => {
    const { figures, said } = await measured({ skipped: 'no Electron binary' })
    expect(figures).toEqual([])
    expect(said).toContain('no Electron binary')
  })

  it('fails for a figure that nobody knows the budget of', async () => {
    await expect(measured(report([{ name: 'app-other', value: 1, unit: 'ms' }]))).rejects.toThrow('app-other')
  })
})
