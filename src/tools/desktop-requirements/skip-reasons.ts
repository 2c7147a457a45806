import 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** Of a whole suite that is skipped, and of each of its tests: the runner has no word for it. */
    whyNot?: string
  }
}

/** Why a test may not run: what it needs is not on this machine. The whole list; nothing else excuses a test. */
export const skipReasons = [
  'no Electron binary',
  'no Chromium',
  'no Xvfb',
  'no D-Bus',
  'no keychain',
  'no program', // another one, that no machine need have
  'no registry',
  'no namespaces',
  'no small disk', // that could be mounted to be filled
  'no local disk',
  'needs root',
  'needs Linux',
] as const

export type SkipReason = (typeof skipReasons)[number]

/** Whether each part of it is one of the list, after which a colon may say more: "no D-Bus: /usr/bin/busctl; needs root". */
export function isKnownSkip(reason: string): boolean {
  const parts = reason.replace(/^skipped: /, '').split('; ')
  return parts.every((part) => skipReasons.some((known) => part === known || part.startsWith(`${known}: `)))
}
