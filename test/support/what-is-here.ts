import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { describe } from 'vitest'
import type { SkipReason } from '#tools/desktop-requirements/skip-reasons.ts'

/** Programs that stand for more than themselves; any other is but a program that is not here. */
const partOf: { readonly [program: string]: SkipReason } = {
  Xvfb: 'no Xvfb',
  'dbus-daemon': 'no D-Bus',
  'dbus-run-session': 'no D-Bus',
  busctl: 'no D-Bus',
  'gnome-keyring-daemon': 'no keychain',
}

/** A reason to skip, as `npm test` knows it, with what exactly it was. */
export function whyNot(reason: SkipReason, detail?: string): string {
  return detail === undefined ? reason : `${reason}: ${detail.replaceAll('; ', ', ')}`
}

/** The programs that are not here, as one reason to skip; undefined where all are. */
export function whatIsMissing(
  programs: readonly string[],
  also: { readonly root?: boolean; readonly keytar?: boolean } = {},
): string | undefined {
  const missing = programs
    .filter((path) => !isProgram(path))
    .map((path) => whyNot(partOf[basename(path)] ?? 'no program', path))
  if (also.keytar === true && !keytarLoads()) missing.push(whyNot('no keychain', 'keytar is not built'))
  if (also.root === true && process.getuid?.() !== 0) missing.push(whyNot('needs root'))
  return missing.length === 0 ? undefined : missing.join('; ')
}

/** `describe` where there is no reason against it; otherwise each of its tests is skipped for that one, and no hook runs. */
export function describeUnless(reason: string | undefined, name: string, tests: () => void): void {
  describe.skipIf(reason !== undefined)(name, reason === undefined ? {} : { meta: { whyNot: reason } }, tests)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function keytarLoads(): boolean {
  try {
    createRequire(import.meta.url)('keytar')
    return true
  } catch {
    return false
  }
}
