import { observed, type Reading, unknown } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'

/** Defaults of xfce4-screensaver (data/xfce4-screensaver preferences): it locks with the screen saver, after 5 minutes. */
const defaults = {
  '/saver/enabled': 'true',
  '/saver/idle-activation/enabled': 'true',
  '/saver/idle-activation/delay': '5',
  '/lock/enabled': 'true',
  '/lock/saver-activation/enabled': 'true',
  '/lock/saver-activation/delay': '0',
} as const
type Key = keyof typeof defaults

/** Judges `xfconf-query -c xfce4-screensaver -l -v`: what is set is listed, the rest has its default. Times are minutes. */
export function judgeXfce(text: string): Reading<SignalValues['screen-lock']> {
  const source = 'xfconf'
  const set = new Map<string, string>()
  if (text !== '' && !text.endsWith('\n')) return unknown('incomplete', source)
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const [, key, value] = /^(\/\S+)\s*(.*?)\s*$/.exec(line) ?? []
    if (key === undefined) return unknown('unrecognised-output', source)
    set.set(key, value ?? '')
  }
  const value = (key: Key) => set.get(key) ?? defaults[key]
  const switches = (['/lock/enabled', '/lock/saver-activation/enabled'] as const).map((key) => switchOf(value(key)))
  const [saver, idle] = [switchOf(value('/saver/enabled')), switchOf(value('/saver/idle-activation/enabled'))]
  if (switches.includes('off')) return observed({ locks: false }, source)
  const [delay, minutes] = [
    wholeNumber(value('/lock/saver-activation/delay')),
    wholeNumber(value('/saver/idle-activation/delay')),
  ]
  if ([...switches, saver, idle].includes(undefined) || delay === undefined || minutes === undefined) {
    return unknown('unrecognised-output', source)
  }
  const isDarkening = saver === 'on' && idle === 'on' && minutes > 0
  return observed(
    { locks: true, delaySeconds: delay * 60, ...(isDarkening ? { idleSeconds: minutes * 60 } : {}) },
    source,
  )
}

function switchOf(value: string): 'on' | 'off' | undefined {
  return value === 'true' ? 'on' : value === 'false' ? 'off' : undefined
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) ? Number(text) : undefined
}
