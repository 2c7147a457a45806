import type { Route } from '#contract/agent-windows.ts'
import type { Snapshot } from '#contract/ipc.ts'
import type { NoticeTarget } from './notice.ts'

/** Subjects of one notice each, and the screen that tells more. */
const screens: { readonly [subject: string]: Route['screen'] } = {
  access: 'status',
  checks: 'status',
  tray: 'status',
  overflow: 'status',
  key: 'settings',
  update: 'settings',
}

/**
 * Where the notice of a subject leads, told by its name alone: the one who showed it has ended. Whoever says that it was
 * clicked may be anybody, so only our own screens come of it, and an id only where the snapshot knows it; undefined: it
 * is no subject of ours.
 */
export function targetOfSubject(subject: string, snapshot: Snapshot): NoticeTarget | undefined {
  const [, kind, id = ''] = /^(check|exception|vote):([a-z0-9-]{1,40})$/.exec(subject) ?? []
  switch (kind) {
    case 'check':
      return screen({ screen: 'status', ...(isKnownCheck(id, snapshot) ? { check: id } : {}) })
    case 'exception': {
      const isKnown = snapshot.exceptions.requests.some(({ request_id }) => request_id === id)
      return screen({ screen: 'exceptions', ...(isKnown ? { request: id } : {}) })
    }
    case 'vote': {
      const isAsked = snapshot.asked_votes.some(({ request_id }) => request_id === id)
      return isAsked ? { kind: 'console' } : screen({ screen: 'status' })
    }
  }
  const whole = Object.hasOwn(screens, subject) ? screens[subject] : undefined
  return whole === undefined ? undefined : screen({ screen: whole })
}

function screen(route: Route): NoticeTarget {
  return { kind: 'screen', route }
}

function isKnownCheck(id: string, { checks, result }: Snapshot): boolean {
  return checks.some((check) => check.id === id) || result?.checks.some(({ check }) => check === id) === true
}
