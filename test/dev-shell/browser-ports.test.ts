import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { browserPorts } from '#dev-shell/browser-ports.ts'
import { aFolder } from '#test/support/a-folder.ts'

async function ports() {
  const folder = await aFolder()
  const said: string[] = []
  return {
    folder,
    said,
    ...browserPorts(
      folder,
      (line) => void said.push(line),
      () => undefined,
    ),
  }
}

describe('What the windows do in a browser', () => {
  it('opens nothing, and says the address that a person may open', async () => {
    const { open, said } = await ports()
    const issuer = 'https://posture.example.com'
    await open?.gatewayPage('console', { issuer })
    await open?.gatewayPage('step-up', { issuer, id: 'A'.repeat(43) })
    await open?.gatewayPage('step-up', { issuer, id: '../console' })
    expect(said).toEqual([
      `Open in a browser: ${issuer}/console/`,
      `Open in a browser: ${issuer}/step-up/${'A'.repeat(43)}`,
      `Open in a browser: ${issuer}/step-up/..%2Fconsole`,
    ])
  })

  it('saves into the exports of the state folder, for its owner alone, whatever the name', async () => {
    const { folder, save } = await ports()
    const path = await save?.save('../../report.jws', 'a.b.c')
    expect(path).toBe(join(folder, 'exports', 'report.jws'))
    expect(await readFile(path ?? '', 'utf8')).toBe('a.b.c')
    expect((await stat(path ?? '')).mode & 0o777).toBe(0o600)
  })

  it('says why where nothing can be saved', async () => {
    const { folder, save } = await ports()
    await writeFile(join(folder, 'exports'), 'no folder')
    await expect(save?.save('report.jws', 'a.b.c')).rejects.toMatchObject({ code: 'state_unwritable' })
  })
})
