import { beforeEach, describe, expect, it } from 'vitest'
import { sayWhyNot } from '#agent/shell/say-why-not.ts'
import { Failure } from '#domain/failure.ts'
import { silentLog } from '#runtime/log.ts'
import { fakeElectron } from '#test/support/fake-electron.ts'

beforeEach(() => fakeElectron.reset())

describe('An app that cannot start', () => {
  it.each([
    [
      'en-GB',
      'enrollment.json cannot be read',
      'The disk reports an error (EIO). Move it aside, then start again; the device may have to be enrolled again.',
    ],
    [
      'de-DE',
      'enrollment.json ist nicht lesbar',
      'Der Datenträger meldet einen Fehler (EIO). Die Datei beiseitelegen und neu starten; vielleicht muss das Gerät neu angemeldet werden.',
    ],
  ])('says why in the language of the system: %s', async (language, title, detail) => {
    fakeElectron.answer('app.getPreferredSystemLanguages', [language])
    const thrown = new Failure('state_unreadable', {
      file: 'enrollment.json',
      reason: 'The disk reports an error (EIO)',
    })
    await sayWhyNot(thrown, silentLog)
    expect(fakeElectron.calls()).toContainEqual({ name: 'dialog.showErrorBox', args: [title, detail] })
  })
})
