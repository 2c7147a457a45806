import { join } from 'node:path'
import * as z from 'zod'
import { runChild } from '#tools/children.ts'
import { atMost, atMostAbove, atMostTimes, type Figure, type Measured } from './figure.ts'

const told = z.union([
  z.strictObject({ skipped: z.string() }),
  z.strictObject({
    electron: z.string(),
    processes: z.array(z.string()),
    figures: z.array(
      z.strictObject({
        name: z.string(),
        value: z.number(),
        unit: z.string(),
        yardstick: z.number().optional(),
      }),
    ),
  }),
])
type Told = z.infer<typeof told>
type ToldFigure = Extract<Told, { readonly figures: unknown }>['figures'][number]

/** What each figure may be. A yardstick is a bare Electron app with an icon in the tray, in the same minutes. */
const goals = {
  'app-idle-pss': ({ name, value, unit, yardstick = Number.NaN }) => atMostTimes(name, value, unit, yardstick, 1.15),
  'app-window-pss': ({ name, value, unit, yardstick = Number.NaN }) => atMostAbove(name, value, unit, yardstick, 110),
  'app-idle-cpu': ({ name, value, unit, yardstick }) => ({
    ...atMost(name, value, unit, 0.1),
    ...(yardstick === undefined ? {} : { yardstick }),
  }),
  'app-wake-ups': ({ name, value, unit }) => atMost(name, value, unit, 2),
  'app-tray-ready': ({ name, value, unit, yardstick = Number.NaN }) => atMostAbove(name, value, unit, yardstick, 300),
  'app-window-visible': ({ name, value, unit }) => atMost(name, value, unit, 700),
  'app-renderer-gone': ({ name, value, unit }) => atMost(name, value, unit, 5000),
  'app-verdict-on-screen': ({ name, value, unit }) => atMost(name, value, unit, 250),
  'app-fix-to-screen': ({ name, value, unit }) => atMost(name, value, unit, 2000),
} as const satisfies { readonly [name: string]: (figure: ToldFigure) => Measured }

/**
 * The desktop app in a real Electron, idle for ten minutes beside a bare one. The measuring program belongs to the tests of
 * Electron; where there is no binary it says so, and nothing is reported.
 */
export const desktopApp: Figure = {
  names: Object.keys(goals),
  async measure({ root, node, say }) {
    say('the app beside a bare one, for twelve minutes')
    const program = join(root, 'test', 'electron', 'measure', 'measure.ts')
    const ran = await runChild({ command: node, args: [program], cwd: root })
    if (ran.code !== 0) throw new Error(`measuring the app failed: ${ran.stderr}`)
    const answer = told.parse(JSON.parse(ran.stdout))
    if ('skipped' in answer) {
      say(answer.skipped)
      return []
    }
    say(`Electron ${answer.electron}; processes when idle: ${answer.processes.join(', ')}`)
    return answer.figures.map((figure) => goalOf(figure.name)(figure))
  },
}

function goalOf(name: string): (figure: ToldFigure) => Measured {
  const known = Object.entries(goals).find(([each]) => each === name)
  if (known === undefined) throw new Error(`nobody says what ${name} may be`)
  return known[1]
}
