import { readFile } from 'node:fs/promises'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import * as fake from '#test/support/fake-electron.ts'

const text = await readFile(new URL('../../../node_modules/electron/electron.d.ts', import.meta.url), 'utf8')
const members = declaredMembers(ts.createSourceFile('electron.d.ts', text, ts.ScriptTarget.Latest, true))

/** What of the fake stands for which interface of Electron, and what only tests see. */
const stands = {
  App: [fake.app, ['ready']],
  Session: [new fake.FakeSession(), ['handlers', 'schemes']],
  Protocol: [{ ...fake.protocol, ...new fake.FakeSession().protocol }, []],
  WebContents: [new fake.FakeContents(), ['sent', 'openHandler']],
  BrowserWindow: [new fake.BrowserWindow({}), ['options', 'isGone', 'closesSlowly', 'closeNow']],
  IpcMain: [fake.ipcMain, ['handlers']],
  Tray: [new fake.Tray(''), ['images', 'tooltip', 'menu', 'shown', 'isGone']],
  Notification: [new fake.Notification({}), ['options', 'state']],
  Shell: [fake.shell, []],
  Clipboard: [fake.clipboard, []],
  Dialog: [fake.dialog, []],
  Screen: [fake.screen, []],
  Menu: [new fake.FakeMenu([]), []],
  PowerMonitor: [fake.powerMonitor, []],
  ContextBridge: [fake.contextBridge, []],
  IpcRenderer: [fake.ipcRenderer, []],
} as const

describe('The fake Electron', () => {
  it.each(Object.entries(stands))('has nothing that %s does not have', (name, [instance, ofTests]) => {
    const known = members.get(name)
    expect(known?.size ?? 0).toBeGreaterThan(1)
    const invented = Object.keys(instance).filter(
      (member) => !member.startsWith('_') && known?.has(member) !== true && !ofTests.some((own) => own === member),
    )
    expect(invented).toEqual([])
  })
})

function declaredMembers(file: ts.SourceFile): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) {
      const names = node.members.flatMap((member) => (member.name === undefined ? [] : [member.name.getText()]))
      const name = node.name?.text ?? ''
      const known = found.get(name) ?? new Set()
      for (const each of names) known.add(each)
      found.set(name, known)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}
