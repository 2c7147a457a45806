import type { Chosen } from '#agent/managed-settings/schema.ts'
import { type ChosenSettings, chosenSettings, usualQuietHours } from '#contract/agent-windows.ts'
import { isFailure } from '#domain/failure.ts'
import type { Log } from '#runtime/log.ts'
import { stateFile } from '#runtime/state-file.ts'

/** What this person chose, kept in `settings.json`. */
export type OwnSettings = {
  read(): ChosenSettings
  /** Reads the file. One that cannot be read leaves the defaults in force, and says so in the log. */
  open(): Promise<void>
  /** On disk before it counts. Failures: `state_unwritable`, `state_too_new`. */
  change(part: Partial<ChosenSettings>): Promise<void>
  onChange(listener: () => void): () => void
}

const version = 1
const defaults: ChosenSettings = {
  language: null,
  notifications: 'normal',
  quiet_hours: usualQuietHours,
  snoozed: [],
  shown_consent: null,
}

export function ownSettings(path: string, log: Log): OwnSettings {
  const file = stateFile(path, version, chosenSettings)
  const listeners = new Set<() => void>()
  let now = defaults
  let writing: Promise<unknown> = Promise.resolve()
  return {
    read: () => now,
    async open() {
      try {
        now = (await file.read()) ?? defaults
      } catch (thrown) {
        if (!isFailure(thrown)) throw thrown
        log.warn('settings.unread', { code: thrown.code })
      }
    },
    change(part) {
      const done = writing.then(async () => {
        const next = { ...now, ...part }
        await file.write(next)
        now = next
        for (const listener of [...listeners]) listener()
      })
      writing = done.catch(() => undefined) // whoever changes is told
      return done
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** As the choice of a person among the managed settings: it stands below what the organisation says. */
export function chosenBelow({ language, notifications }: ChosenSettings): Chosen {
  return { Notifications: notifications, ...(language === null ? {} : { Language: language }) }
}
