import type { Route } from '#contract/agent-windows.ts'
import { type DeepLink, parseDeepLink } from '#contract/deep-link.ts'
import type { Clock } from '#runtime/clock.ts'

const mostPerMinute = 3
const minuteMs = 60_000

/**
 * Where a link leads: always to a screen, where a person reads and clicks. Undefined: it is no link of ours, or came too
 * often. At most three a minute, whoever sends them.
 */
export function linkReader(clock: Pick<Clock, 'nowMs'>): (link: unknown) => Route | undefined {
  let taken: readonly number[] = []
  return (link) => {
    const now = clock.nowMs()
    taken = taken.filter((at) => now - at < minuteMs && at <= now)
    if (taken.length >= mostPerMinute || typeof link !== 'string') return undefined
    const parsed = parseDeepLink(link)
    const route = parsed === undefined ? undefined : routeOf(parsed, link)
    if (route !== undefined) taken = [...taken, now]
    return route
  }
}

/** The screen of a link. Signing in by the browser and handoff belong to a later version: nothing here takes them yet. */
export function routeOf(link: DeepLink, text: string): Route | undefined {
  switch (link.kind) {
    case 'enroll':
      return { screen: 'enroll', link: text }
    case 'show':
      return {
        screen: link.screen,
        ...(link.check === undefined ? {} : { check: link.check }),
        ...(link.request === undefined ? {} : { request: link.request }),
      }
    case 'signed-in':
    case 'handoff':
      return undefined
  }
}
