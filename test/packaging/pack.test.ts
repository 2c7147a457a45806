import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDesktop, desktopPrograms } from '../support/a-desktop.ts'
import { aGatewayProgram } from '../support/a-gateway-program.ts'
import { documentOf, runPostern, startPostern } from '../support/a-postern.ts'
import { aStage } from '../support/a-stage.ts'
import { type Ended, runProgram } from '../support/run-program.ts'
import { whatIsMissing, whyNot } from '../support/what-is-here.ts'

const root = join(import.meta.dirname, '..', '..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'postern-pack-'))
const prefix = join(folder, 'prefix')
const installed = join(prefix, 'lib/node_modules/postern')
const path = [join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter)
const npmEnv = { PATH: path, HOME: process.env['HOME'] ?? folder, ...headers() }

describe('The package that npm pack makes, installed into an empty prefix', () => {
  let install: Ended | undefined
  beforeAll(async () => {
    const packed = await runProgram('npm', ['pack', '--silent', '--pack-destination', folder], {
      cwd: root,
      env: npmEnv,
    })
    expect(packed).toMatchObject({ code: 0, stdout: `postern-${version}.tgz\n` })
    const tarball = join(folder, `postern-${version}.tgz`)
    const args = ['install', '--global', '--prefix', prefix, '--allow-scripts=keytar', '--prefer-offline', tarball]
    install = await runProgram('npm', args, { cwd: folder, env: npmEnv })
  }, 300_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  /** Without a registry keytar cannot be fetched: said, and counted as skipped. A test may answer why it cannot run. */
  const whenInstalled = (name: string, test: () => unknown) =>
    it(name, { timeout: 60_000 }, async (context) => {
      const noNetwork = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOTCACHED)\b/.exec(install?.stderr ?? '')
      if (install?.code !== 0 && noNetwork !== null) context.skip(whyNot('no registry', noNetwork[0]))
      expect(install).toMatchObject({ code: 0 })
      const lack = await test()
      if (typeof lack === 'string') context.skip(lack)
    })

  whenInstalled('holds bundles, library, licences and documents, and nothing of the sources', () => {
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter(
      (file) => !file.startsWith('node_modules/'),
    )
    expect(files).toEqual(
      expect.arrayContaining(['LICENSE', 'CHANGELOG.md', 'out/launch.mjs', 'out/THIRD-PARTY-LICENSES.txt']),
    )
    expect(files).toEqual(
      expect.arrayContaining(['out/cli/postern.js', 'out/verify/index.js', 'out/verify/index.d.ts']),
    )
    expect(
      files.filter((file) => /^(src|test|renderer|\.)|\.(map|tsx?)$/.test(file) && !file.endsWith('.d.ts')),
    ).toEqual([])
  })

  whenInstalled('names nothing of the repository in what runs', () => {
    for (const folderName of ['cli', 'verify'])
      for (const file of readdirSync(join(installed, 'out', folderName))) {
        const text = readFileSync(join(installed, 'out', folderName, file), 'utf8')
        expect(text, file).not.toMatch(/(from|import\()\s*["']#(domain|contract|verify|runtime|agent|gateway|cli)\//)
        expect(text, file).not.toContain(root)
      }
  })

  whenInstalled('brings keytar and what that needs as the only packages of others', () => {
    const names = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')).dependencies
    expect(Object.keys(names)).toEqual(['keytar'])
    expect(existsSync(join(installed, 'node_modules/keytar/build/Release/keytar.node'))).toBe(true)
  })

  whenInstalled('prints its version', async () => {
    expect(await postern('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  whenInstalled('prints its help', async () => {
    const ended = await postern('--help')
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    for (const verb of ['gateway', 'agent', 'status', 'check', 'doctor', 'policy test'])
      expect(ended.stdout).toContain(verb)
  })

  whenInstalled('says that nobody is there when no agent runs', async () => {
    expect(await postern('status')).toMatchObject({ code: 4, stdout: '' })
  })

  whenInstalled('takes readings of this machine by itself', async () => {
    const { code, stdout } = await postern('check', '--json')
    expect([0, 3]).toContain(code)
    expect(stdout).toContain('"os-version"')
  })

  whenInstalled('runs gateway and agent, enrols, and shows the verdict', async () => {
    const missing = whatIsMissing(desktopPrograms)
    if (missing !== undefined) return missing
    const stage = await aStage()
    try {
      const { env } = await aDesktop(stage)
      const place = { env: { ...env, PATH: path }, installed: join(prefix, 'bin/postern') }
      const gateway = await aGatewayProgram(stage, place)
      expect(gateway.ready).toMatchObject({ ready: true, development: true })
      const agent = startPostern(stage, ['agent', '--development', '--json'], place)
      await agent.untilLine((line) => line['ready'] === true)
      const enrolled = await runPostern(['agent', 'enroll', '--yes', '--development', await gateway.link()], place)
      expect(enrolled, enrolled.stderr).toMatchObject({ code: 0 })
      await agent.untilLine((line) => line['state'] === 'healthy')
      const status = await runPostern(['status', '--json', '--development'], place)
      expect(status).toMatchObject({ code: 0 })
      expect(documentOf(status)).toMatchObject({ key_store: 'keytar', tier: 'T1', result: { status: 'affirming' } })
      expect(await agent.stop()).toMatchObject({ code: 0 })
      expect(await gateway.program.stop()).toMatchObject({ code: 0 })
    } finally {
      await stage.end()
    }
    return undefined
  })

  function postern(...args: readonly string[]): Promise<Ended> {
    const state = { HOME: folder, XDG_STATE_HOME: join(folder, 'state'), LC_ALL: 'C.UTF-8' }
    return runProgram(join(prefix, 'bin/postern'), args, { cwd: folder, env: { PATH: path, ...state } })
  }
})

/** A build of the addon needs Node's headers; where the system has some, any serve, since the addon speaks Node-API. */
function headers(): Readonly<Record<string, string>> {
  const found = ['/usr', '/usr/local'].find((place) => existsSync(join(place, 'include/node/node_version.h')))
  return found === undefined ? {} : { npm_config_nodedir: found }
}
