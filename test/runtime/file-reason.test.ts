import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { sayReasonIn } from '#contract/texts/say-reason-in.ts'
import { isFailure } from '#domain/failure.ts'
import { fileReason } from '#runtime/file-reason.ts'
import { stateFile } from '#runtime/state-file.ts'
import { aFolder } from '#test/support/a-folder.ts'

const broken = (code: unknown) => Object.assign(new Error('no words of this'), { code })

describe('What the system says of a file', () => {
  it.each([
    ['EACCES', 'Its rights do not let Postern in (EACCES)', 'Die Zugriffsrechte lassen Postern nicht hinein (EACCES)'],
    ['EPERM', 'Its rights do not let Postern in (EPERM)', 'Die Zugriffsrechte lassen Postern nicht hinein (EPERM)'],
    ['EROFS', 'The disk can only be read (EROFS)', 'Der Datenträger lässt sich nur lesen (EROFS)'],
    ['ENOSPC', 'The disk is full (ENOSPC)', 'Der Datenträger ist voll (ENOSPC)'],
    ['EDQUOT', 'Your share of the disk is full (EDQUOT)', 'Ihr Anteil am Datenträger ist voll (EDQUOT)'],
    ['EIO', 'The disk reports an error (EIO)', 'Der Datenträger meldet einen Fehler (EIO)'],
    ['ENOENT', 'It is not there (ENOENT)', 'Es gibt sie nicht (ENOENT)'],
    ['EMFILE', 'The system says EMFILE', 'Das System meldet EMFILE'],
    ['constructor', 'The system says constructor', 'Das System meldet constructor'],
    [7, 'The system does not say why', 'Das System sagt nicht, warum'],
  ])('is a sentence in both languages: %s', async (code, english, german) => {
    expect(fileReason(broken(code))).toBe(english)
    expect((await sayReasonIn('de'))(fileReason(broken(code)))).toBe(german)
  })
})

describe('A state file that is none', () => {
  it.each([
    ['{', 'Etwas anderes hat hineingeschrieben: Sie ist kein JSON'],
    ['[]', 'Etwas anderes hat hineingeschrieben: Sie ist kein JSON-Objekt'],
    ['{"version":1,"name":7}', 'Etwas anderes hat hineingeschrieben: Sie hat nicht die Form, die Postern schreibt'],
    [undefined, 'Das System meldet EISDIR'],
  ])('is told of in words: %s', async (content, german) => {
    const path = join(await aFolder(), 'a.json')
    await (content === undefined ? mkdir(path) : writeFile(path, content))
    const thrown = await stateFile(path, 1, z.object({ name: z.string() }))
      .read()
      .catch((failure: unknown) => failure)
    if (!isFailure(thrown, 'state_unreadable')) return expect.fail(String(thrown))
    expect((await sayReasonIn('de'))(thrown.details.reason)).toBe(german)
  })
})
