import { fillText } from '#contract/fill-text.ts'
import type { StatusView } from '../status/status-view.ts'

const units = { m: 60, h: 3600, d: 86_400 } as const

/** `90m`, `8h`, `2d` or `1h30m` in seconds; `undefined` for anything else. */
export function readDuration(text: string): number | undefined {
  const parts = /^(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?$/.exec(text.trim().toLowerCase())
  if (parts === null || text.trim() === '') return undefined
  const [, d = '0', h = '0', m = '0'] = parts
  const seconds = Number(d) * units.d + Number(h) * units.h + Number(m) * units.m
  return seconds > 0 ? seconds : undefined
}

/** Seconds as days, hours and minutes, the larger two. */
export function durationText(seconds: number, { cli: { request } }: Pick<StatusView, 'cli'>): string {
  const minutes = Math.floor(seconds / 60)
  const parts = [
    [Math.floor(minutes / 1440), request.days],
    [Math.floor((minutes % 1440) / 60), request.hours],
    [minutes % 60, request.minutes],
  ] as const
  const said = parts.filter(([n]) => n > 0).map(([n, text]) => fillText(text, { n }))
  return said.length === 0 ? fillText(request.minutes, { n: 0 }) : said.slice(0, 2).join(' ')
}
