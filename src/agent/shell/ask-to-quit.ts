import { app, dialog } from 'electron'
import { trayWords } from '#agent/tray/tray-view.ts'
import type { Language } from '#contract/agent-windows.ts'
import { shellDe } from '#contract/texts/shell-de.ts'
import { shellEn } from '#contract/texts/shell-en.ts'

const shellTexts = { en: shellEn, de: shellDe } as const
const quit = 0
const stay = 1

/** Says what quitting costs, once, and quits if that is what the person wants. */
export async function askToQuit(question: string, language: Language): Promise<void> {
  const buttons = [trayWords[language].tray.actions.quit, shellTexts[language].stay]
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: question,
    buttons,
    defaultId: stay,
    cancelId: stay,
  })
  if (response === quit) app.quit()
}
