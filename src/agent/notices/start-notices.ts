import type { NoticeMemory } from '#contract/agent-state-files.ts'
import { fillText } from '#contract/fill-text.ts'
import type { Notice } from './notice.ts'
import type { NoticeContext } from './notice-context.ts'
import type { ToldPart } from './told-part.ts'

type Subject = NoticeMemory['started'][number]

/** Tells once per start that the keychain is locked, that there is no tray, and that an update is ready. */
export function startNotices(memory: readonly Subject[], context: NoticeContext): ToldPart<readonly Subject[]> {
  const { snapshot, trayMissing, updateReady, texts, name, notice } = context
  const settings = { kind: 'screen', route: { screen: 'settings' } } as const
  const status = { kind: 'screen', route: { screen: 'status' } } as const
  const causes: readonly { readonly subject: Subject; readonly notice: () => Notice }[] = [
    ...(snapshot.state === 'key-locked'
      ? [
          {
            subject: 'key',
            notice: () => notice({ kind: 'start', subject: 'key', ...texts.keyLocked, opens: settings }),
          } as const,
        ]
      : []),
    ...(trayMissing
      ? [
          {
            subject: 'tray',
            notice: () => notice({ kind: 'start', subject: 'tray', ...texts.trayMissing, opens: status }),
          } as const,
        ]
      : []),
    ...(updateReady === undefined
      ? []
      : [
          {
            subject: 'update',
            notice: () =>
              notice({
                kind: 'start',
                subject: 'update',
                title: fillText(texts.updateReady.title, { version: name(updateReady.version) }),
                body: texts.updateReady.body,
                opens: settings,
              }),
          } as const,
        ]),
  ]
  const fresh = causes.filter(({ subject }) => !memory.includes(subject))
  const isTold = context.mayTell('start').kind === 'now'
  return {
    memory: [...memory, ...fresh.map(({ subject }) => subject)],
    notices: isTold ? fresh.map((cause) => cause.notice()) : [],
    current: causes.map(({ subject }) => subject),
    dueAt: [],
  }
}
