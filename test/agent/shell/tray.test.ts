import { beforeEach, describe, expect, it } from 'vitest'
import { trayOnScreen } from '#agent/shell/tray.ts'
import type { TrayAction } from '#agent/tray/tray-action.ts'
import type { TrayModel } from '#agent/tray/tray-model.ts'
import { fakeElectron } from '#test/support/fake-electron.ts'

const model: TrayModel = {
  icon: 'healthy',
  iconFile: 'tray/linux/healthy-22.png',
  tooltip: 'All 3 checks pass',
  rows: [
    { kind: 'action', label: 'Safe & sound', action: { kind: 'open-postern', route: { screen: 'status' } } },
    { kind: 'separator' },
    { kind: 'action', label: 'Check now', action: { kind: 'check-now' } },
  ],
}
let acts: TrayAction[]
let tray: ReturnType<typeof trayOnScreen>
beforeEach(() => {
  fakeElectron.reset()
  acts = []
  tray = trayOnScreen({ assets: '/app/assets', act: (action) => acts.push(action), open: () => undefined })
})
const shown = () => fakeElectron.trays().filter(({ isGone }) => !isGone)

describe('A tray', () => {
  it('is not there without a host, even when there is something to show', () => {
    tray.show(model)
    expect(fakeElectron.trays()).toEqual([])
    expect(tray.isShown()).toBe(false)
  })

  it('shows what the model says once a host comes', () => {
    tray.show(model)
    tray.setHost(true)
    expect(shown()).toHaveLength(1)
    expect(shown()[0]).toMatchObject({
      images: ['/app/assets/tray/linux/healthy-22.png'],
      tooltip: 'All 3 checks pass',
    })
    expect(shown()[0]?.menu.map(({ label, type }) => label ?? type)).toEqual([
      'Safe && sound',
      'separator',
      'Check now',
    ])
    expect(tray.isShown()).toBe(true)
  })

  it('sets off the action of a row', () => {
    tray.show(model)
    tray.setHost(true)
    for (const item of shown()[0]?.menu ?? []) item.click?.()
    expect(acts).toEqual([{ kind: 'open-postern', route: { screen: 'status' } }, { kind: 'check-now' }])
  })

  it('goes with its host and is made anew with the next', () => {
    tray.show(model)
    tray.setHost(true)
    tray.setHost(false)
    expect(shown()).toEqual([])
    tray.show({ ...model, icon: 'offline', iconFile: 'tray/linux/offline-22.png' })
    tray.setHost(true)
    expect(fakeElectron.trays()).toHaveLength(2)
    expect(shown()[0]?.images).toEqual(['/app/assets/tray/linux/offline-22.png'])
  })

  it('is set again after a change, and left alone without one', () => {
    tray.show(model)
    tray.setHost(true)
    tray.show({ ...model })
    expect(shown()[0]?.images).toHaveLength(1)
    tray.show({ ...model, icon: 'refused', iconFile: 'tray/linux/refused-22.png', rows: model.rows.slice(0, 1) })
    expect(shown()[0]?.images).toHaveLength(2)
    expect(shown()[0]?.menu).toHaveLength(1)
    expect(fakeElectron.trays()).toHaveLength(1)
  })

  it('is gone at the end', () => {
    tray.show(model)
    tray.setHost(true)
    tray.destroy()
    tray.show({ ...model, icon: 'offline', iconFile: 'tray/linux/offline-22.png' })
    expect(shown()).toEqual([])
  })
})
