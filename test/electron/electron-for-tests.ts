import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from '../support/run-program.ts'

/** A folder with an unmodified Electron. `older`: not the major that ships, so that the build has to fill in for it. */
export type ElectronForTests = { readonly folder: string; readonly version: string; readonly older: boolean }

export const noBinary = 'skipped: no Electron binary'

const root = join(import.meta.dirname, '..', '..')
const oldestMajor = 45
const archives = join(root, '..', 'shared', 'electron')
/** What the archive is known by; another one is not unpacked. */
const archiveSha256 = '53e3e69d94b5c487b1a19b91d3f11dbe4fdd2dc56b23c87a583c881a31f88abc'

/** The package's own binary, the one that is named, or the archive beside the repository. Nothing is downloaded. */
export async function findElectronForTests(): Promise<ElectronForTests | undefined> {
  const own = join(root, 'node_modules', 'electron', 'dist')
  const named = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? ''
  for (const folder of [own, ...(named === '' ? [] : [named])]) {
    const found = await lookAt(folder)
    if (found !== undefined) return found
  }
  return unpackArchive()
}

async function lookAt(folder: string): Promise<ElectronForTests | undefined> {
  if (!existsSync(join(folder, 'electron'))) return undefined
  const version = (await readFile(join(folder, 'version'), 'utf8').catch(() => '')).trim().replace(/^v/, '')
  return { folder, version, older: Number.parseInt(version, 10) < oldestMajor }
}

/** Once for all runs of this person, into a folder that nobody else can have put there. */
async function unpackArchive(): Promise<ElectronForTests | undefined> {
  const names = await readdir(archives).catch(() => [])
  const name = names.find((one) => /^electron-v[\d.]+-linux-x64\.tar\.xz$/.test(one))
  if (name === undefined || process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const uid = process.getuid?.() ?? -1
  const cache = join(tmpdir(), `postern-electron-${uid}`)
  await mkdir(cache, { mode: 0o755, recursive: true })
  if ((await stat(cache)).uid !== uid) throw new Error(`${cache} belongs to somebody else`)
  const folder = join(cache, name.replace(/\.tar\.xz$/, ''))
  if (!existsSync(folder)) {
    const archive = join(archives, name)
    const sha256 = createHash('sha256')
      .update(await readFile(archive))
      .digest('hex')
    if (sha256 !== archiveSha256) throw new Error(`${archive} is not the archive that these tests know`)
    const beside = await mkdtemp(join(cache, 'unpacking-'))
    await mustRun('tar', ['-xJf', archive, '-C', beside, '--no-same-owner'])
    const [inner = ''] = await readdir(beside)
    await rename(join(beside, inner), folder).catch(() => undefined) // somebody else was faster
  }
  return lookAt(folder)
}

/** A copy of it, by hard links where that can be, with the app in `resources/app`; the program under a name of its own. */
export async function copyElectron(
  electron: ElectronForTests,
  folder: string,
  programName: string,
): Promise<{ readonly program: string; readonly app: string }> {
  const linked = await runProgram('cp', ['-al', electron.folder, folder], { cwd: '/', env: { PATH: '/usr/bin:/bin' } })
  if (linked.code !== 0) await cp(electron.folder, folder, { recursive: true })
  await chmod(folder, 0o755)
  const program = join(folder, programName)
  if (programName !== 'electron') await rename(join(folder, 'electron'), program)
  await sandboxOf(folder)
  const app = join(folder, 'resources', 'app')
  await mkdir(app, { recursive: true, mode: 0o755 })
  return { program, app }
}

/** Where user namespaces are off, the sandbox wants this helper of root's; a copy of it, so that the cache stays as it is. */
async function sandboxOf(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return
  const helper = join(folder, 'chrome-sandbox')
  const bytes = await readFile(helper)
  await rename(helper, `${helper}.before`)
  await writeFile(helper, bytes)
  await chown(helper, 0, 0)
  await chmod(helper, 0o4755)
}

async function mustRun(command: string, args: readonly string[]): Promise<void> {
  const ended = await runProgram(command, args, { cwd: '/', env: { PATH: '/usr/bin:/bin' } })
  if (ended.code !== 0) throw new Error(`${command} ${args.join(' ')}: ${ended.stderr}`)
}
