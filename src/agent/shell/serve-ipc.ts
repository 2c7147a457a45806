import { type IpcMainInvokeEvent, ipcMain, type WebContents, type WebFrameMain } from 'electron'
import type { AnswerRequest } from '#agent/window-api/answer-request.ts'
import { askChannel } from '#contract/ipc-channels.ts'
import type { Reply } from '#contract/transport.ts'
import { isOwnPage } from './window-security.ts'

/**
 * The one channel of the windows: whoever asks is checked first, then what is asked. It answers to nobody but the main
 * frame of a page that the factory made and that stands on `app://ui`.
 */
export function serveIpc(answer: AnswerRequest, owns: (contents: WebContents) => boolean): () => void {
  ipcMain.handle(askChannel, (event, name: unknown, question: unknown): Promise<Reply<unknown>> => {
    const frame = event.senderFrame // null as soon as the frame has gone elsewhere
    return isOwnSender(event, frame, owns) ? answer(name, question) : Promise.resolve(refused)
  })
  return () => ipcMain.removeHandler(askChannel)
}

const refused = { ok: false, code: 'question_invalid' } as const

function isOwnSender(
  event: IpcMainInvokeEvent,
  frame: WebFrameMain | null,
  owns: (contents: WebContents) => boolean,
): boolean {
  try {
    return frame !== null && frame === event.sender.mainFrame && isOwnPage(frame.url) && owns(event.sender)
  } catch {
    return false // what is destroyed asks nothing
  }
}
