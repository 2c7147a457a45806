import { enrollStates } from './picture-states/enroll-states.ts'
import { historyStates } from './picture-states/history-states.ts'
import { liveStates } from './picture-states/live-states.ts'
import type { PictureState } from './picture-states/picture-state.ts'
import { privacyStates } from './picture-states/privacy-states.ts'
import { requestFormStates } from './picture-states/request-states.ts'
import { settingsStates } from './picture-states/settings-states.ts'
import { statusStates } from './picture-states/status-states.ts'

/** The screens of desktop.md section 16 that are built, by the name that pictures have. */
export const pictureScreens = ['enroll', 'status', 'request', 'live', 'history', 'privacy', 'settings'] as const
export type PictureScreen = (typeof pictureScreens)[number]

/**
 * Every screen in every state: what the agent would say, and what the person has done. A state that is missing does not
 * compile; what the agent says passes the schemas of its answers, as in production, whenever it is asked.
 */
export const pictureStates: { readonly [Screen in PictureScreen]: { readonly [state: string]: PictureState } } = {
  enroll: enrollStates,
  status: statusStates,
  request: requestFormStates,
  live: liveStates,
  history: historyStates,
  privacy: privacyStates,
  settings: settingsStates,
}

export type NamedState = { readonly screen: PictureScreen; readonly name: string; readonly state: PictureState }

/** All of them, in order. */
export function allPictureStates(): readonly NamedState[] {
  return pictureScreens.flatMap((screen) =>
    Object.entries(pictureStates[screen]).map(([name, state]) => ({ screen, name, state })),
  )
}
