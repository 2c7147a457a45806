import type { NoticeMemory } from '#contract/agent-state-files.ts'
import type { Route } from '#contract/agent-windows.ts'
import { fillText } from '#contract/fill-text.ts'
import type { NoticeText } from '#contract/texts/notices-texts.ts'
import type { NoticeContext } from './notice-context.ts'
import type { ToldPart } from './told-part.ts'

type Subject = NoticeMemory['started'][number]
type Cause = { readonly subject: Subject; readonly text: NoticeText; readonly screen: Route['screen'] }

/** Tells once per start that the keychain is locked, that there is no tray, that an update is ready; where the icon hides, once ever. */
export function startNotices(memory: readonly Subject[], context: NoticeContext): ToldPart<readonly Subject[]> {
  const causes = causesNow(context)
  const fresh = causes.filter(({ subject }) => !memory.includes(subject))
  const isTold = context.mayTell('start').kind === 'now'
  return {
    memory: [...memory, ...fresh.map(({ subject }) => subject)],
    notices: (isTold ? fresh : []).map(({ subject, text, screen }) =>
      context.notice({ kind: 'start', subject, ...text, opens: { kind: 'screen', route: { screen } } }),
    ),
    current: causes.map(({ subject }) => subject),
    dueAt: [],
  }
}

function causesNow({ snapshot, trayMissing, iconMayHide, updateReady, texts, name }: NoticeContext): readonly Cause[] {
  const causes: Cause[] = []
  if (snapshot.state === 'key-locked') causes.push({ subject: 'key', text: texts.keyLocked, screen: 'settings' })
  if (trayMissing) causes.push({ subject: 'tray', text: texts.trayMissing, screen: 'status' })
  if (iconMayHide === true) causes.push({ subject: 'overflow', text: texts.iconHides, screen: 'status' })
  if (updateReady !== undefined) {
    const title = fillText(texts.updateReady.title, { version: name(updateReady.version) })
    causes.push({ subject: 'update', text: { ...texts.updateReady, title }, screen: 'settings' })
  }
  return causes
}
