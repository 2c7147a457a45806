import type { Watch } from '#agent/machine/watch.ts'
import type { Cost } from '#domain/signals.ts'

/** The timer that stands behind every other watch of a probe, by its cost (signals.md section 0). */
export function timer(cost: Cost): Watch {
  return { on: 'timer', ...paces[cost] }
}

/** Units of systemd start, stop or change. */
export const systemdUnits: Watch = { on: 'd-bus', bus: 'system', name: 'org.freedesktop.systemd1' }

const paces: { readonly [Each in Cost]: { readonly calmSeconds: number; readonly urgentSeconds: number } } = {
  light: { calmSeconds: 900, urgentSeconds: 5 },
  medium: { calmSeconds: 900, urgentSeconds: 15 },
  heavy: { calmSeconds: 21_600, urgentSeconds: 120 },
  once: { calmSeconds: 21_600, urgentSeconds: 21_600 },
}
