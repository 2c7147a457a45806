import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { whatIsMissing, whyNot } from '#test/support/what-is-here.ts'
import { isKnownSkip, skipReasons } from '#tools/desktop-requirements/skip-reasons.ts'

describe('A reason why a test does not run', () => {
  it.each([
    ...skipReasons,
    'skipped: no Electron binary',
    'no D-Bus: /usr/bin/busctl',
    'no D-Bus: /usr/bin/busctl; no keychain: keytar is not built; needs root',
  ])('counts: %s', (reason) => {
    expect(isKnownSkip(reason)).toBe(true)
  })

  it.each([
    '',
    'gives no reason',
    'not here: /usr/bin/dbus-daemon',
    'there is no Chromium',
    'no Chromium, and it is slow',
    'no D-Bus; too slow',
    'No Chromium',
    'needs root;',
  ])('does not count: "%s"', (reason) => {
    expect(isKnownSkip(reason)).toBe(false)
  })

  it('is one of the list for whatever is missing, and undefined where nothing is', () => {
    expect(whatIsMissing([process.execPath])).toBeUndefined()
    expect(whatIsMissing(['/none/busctl', process.execPath, '/none/Xvfb', '/none/openssl'])).toBe(
      'no D-Bus: /none/busctl; no Xvfb: /none/Xvfb; no program: /none/openssl',
    )
    expect(isKnownSkip(whatIsMissing(['/none/gnome-keyring-daemon', '/none/a; b'], { root: true }) ?? '')).toBe(true)
  })

  it('says what exactly was missing in one part, whatever a program said', () => {
    expect(isKnownSkip(whyNot('no namespaces', 'unshare failed; too bad'))).toBe(true)
  })
})

describe('The tests of this repository', () => {
  const root = join(import.meta.dirname, '..', '..')
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => !['support/what-is-here.ts', 'tools/run-tests.test.ts'].includes(file))
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))

  it('are never left out without a reason', () => {
    const ways = /\b(?:describe|it|test)(?:\.\w+)*\.(?:skip|skipIf|runIf|todo)\(/
    expect(files.length).toBeGreaterThan(300)
    expect(files.filter(({ text }) => ways.test(text)).map(({ file }) => file)).toEqual([])
  })

  it('give no reason of their own words', () => {
    const own = /\b(?:context|test)\.skip\((?:['"`]|\))/
    expect(files.filter(({ text }) => own.test(text)).map(({ file }) => file)).toEqual([])
  })
})
