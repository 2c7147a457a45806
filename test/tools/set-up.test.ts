import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it, type TestContext } from 'vitest'
import { runProgram } from '#test/support/run-program.ts'
import { describeUnless, whyNot } from '#test/support/what-is-here.ts'

const root = join(import.meta.dirname, '..', '..')
const places: string[] = []
afterEach(() => {
  for (const place of places.splice(0)) rmSync(place, { recursive: true })
})

describe('A program that is not there', () => {
  it('is refused with the names of those that are', async () => {
    const ended = await aCheckout({ installed: true }).setUp(['frobnicate'])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain(
      'check, test, test:electron, test:long, demo, start, build, fill, icons, pictures, bench',
    )
  })
})

describe('A checkout with everything installed', () => {
  it('starts the program with its arguments, streams and exit code, and says nothing itself', async () => {
    const ended = await aCheckout({ installed: true }).setUp(['check', '--a', 'b c'])
    expect(ended).toEqual({ code: 7, stdout: '["--a","b c"] \n', stderr: '' })
  })

  it('installs again when the lock file names another version', async () => {
    const checkout = aCheckout({ installed: true })
    checkout.write('package-lock.json', JSON.stringify({ packages: { 'node_modules/thing': { version: '2.0.0' } } }))
    const ended = await checkout.setUp(['check'])
    expect(ended.stderr).toContain('set-up: installing npm packages as locked\n')
    expect(checkout.npmCalls()[0]).toMatch(/^ci --ignore-scripts /)
  })

  it('builds the addon again when only that is missing', async () => {
    const checkout = aCheckout({ installed: true })
    rmSync(join(checkout.folder, 'node_modules/keytar/build'), { recursive: true })
    const ended = await checkout.setUp(['check'])
    expect(checkout.npmCalls()).toEqual(['rebuild --ignore-scripts=false keytar'])
    expect(ended.code).toBe(7)
  })

  it('does not miss optional packages of other systems', async () => {
    const checkout = aCheckout({ installed: true })
    const packages = {
      'node_modules/thing': { version: '1.0.0' },
      'node_modules/of-mac': { version: '1.0.0', optional: true },
    }
    checkout.write('package-lock.json', JSON.stringify({ packages }))
    await checkout.setUp(['check'])
    expect(checkout.npmCalls()).toEqual([])
  })
})

describe('A program that runs', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('is told of %s, and its exit code is ours', async (signal) => {
    const checkout = aCheckout({ installed: true })
    const program = `process.on('${signal}', () => process.exit(9))\nsetInterval(() => undefined, 1000)\nprocess.stdout.write('ready')\n`
    checkout.write('src/tools/check.ts', program)
    const child = spawn(process.execPath, [join(checkout.folder, 'src/tools/set-up.mjs'), 'check'], {
      cwd: checkout.folder,
    })
    const ended = once(child, 'close')
    await once(child.stdout, 'data')
    child.kill(signal)
    expect(await ended).toEqual([9, null])
  })

  it('that dies of a signal lets us die of the same', async () => {
    const checkout = aCheckout({ installed: true })
    checkout.write('src/tools/check.ts', "process.kill(process.pid, 'SIGTERM')\nsetInterval(() => undefined, 1000)\n")
    const child = spawn(process.execPath, [join(checkout.folder, 'src/tools/set-up.mjs'), 'check'], {
      cwd: checkout.folder,
    })
    expect(await once(child, 'close')).toEqual([null, 'SIGTERM'])
  })
})

describe('A fresh checkout', () => {
  it('gets the packages as locked, and runs the approved install scripts and no others', async () => {
    const checkout = aCheckout({ installed: false })
    const ended = await checkout.setUp(['check'])
    expect(checkout.npmCalls()).toEqual([
      'ci --ignore-scripts --include=dev --engine-strict=false --no-audit --no-fund',
      'rebuild --ignore-scripts=false esbuild keytar node',
    ])
    expect(ended).toMatchObject({ code: 7 })
    expect(ended.stdout).toMatch(/^\[\] \d+\n$/)
    expect(ended.stderr.trim().split('\n')).toHaveLength(2)
  })

  it('keeps what the calling npm was told to itself', async () => {
    const checkout = aCheckout({ installed: false })
    await checkout.setUp(['check'], {
      ...{ npm_config_json: 'true', npm_config_global: 'true', npm_config_omit: 'dev', npm_lifecycle_event: 'demo' },
      npm_config_registry: 'https://registry.example.com/',
    })
    expect(checkout.npmEnvironment()).toEqual({ npm_config_registry: 'https://registry.example.com/' })
  })

  it('shows what npm said when it fails, and ends with 2', async () => {
    const checkout = aCheckout({ installed: false, npm: 'echo noise; echo "npm error no network" >&2; exit 1' })
    const ended = await checkout.setUp(['check'])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain('npm error no network')
    expect(ended.stderr).toMatch(/set-up: npm could not install the packages\n$/)
  })

  it('ends with 2 when a script that is needed left nothing', async () => {
    const checkout = aCheckout({ installed: false, npm: 'exit 0' })
    const ended = await checkout.setUp(['check'])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toMatch(/set-up: npm could not build keytar, node\n$/)
  })
})

function needRoot(context: TestContext): void {
  if (process.getuid?.() !== 0) context.skip(whyNot('needs root'))
}

const notLinux = process.platform === 'linux' ? undefined : whyNot('needs Linux')
describeUnless(notLinux, 'A machine without the system packages', () => {
  const bare = { installed: true, hasPrograms: false } as const

  it('tells an ordinary user which to install, and ends with 2', async () => {
    const checkout = aCheckout({ ...bare, apt: '' })
    const ended = await checkout.setUp(['demo'], {}, { asOrdinaryUser: true })
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toBe('set-up: missing, install them first: sudo apt-get install dbus gnome-keyring systemd\n')
  })

  it('names them where there is no apt', async () => {
    const ended = await aCheckout(bare).setUp(['demo'])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toMatch(/^set-up: these are missing, .*: dbus gnome-keyring systemd\n$/)
  })

  it('needs none of them for what does not need them', async () => {
    expect(await aCheckout(bare).setUp(['check'])).toMatchObject({ code: 7, stderr: '' })
  })

  it('gets them by apt-get as root, its output kept aside', async (context) => {
    needRoot(context)
    const checkout = aCheckout({ ...bare, apt: 'echo "$@" >> apt-calls; echo noise' })
    const ended = await checkout.setUp(['demo'])
    expect(readFileSync(join(checkout.folder, 'apt-calls'), 'utf8')).toBe(
      'update\n-o DPkg::Lock::Timeout=120 install --yes --no-install-recommends dbus gnome-keyring systemd\n',
    )
    expect(ended.stderr).toBe('set-up: installing system packages: dbus gnome-keyring systemd\n')
    expect(ended.stdout).toMatch(/^\[\] \d+\n$/)
  })

  it('shows what apt-get said when it fails', async (context) => {
    needRoot(context)
    const ended = await aCheckout({ ...bare, apt: 'echo "E: no such package"; exit 100' }).setUp(['demo'])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain('E: no such package')
  })
})

type Wanted = {
  readonly installed: boolean
  /** Whether the programs of the system packages are there. Default: yes. */
  readonly hasPrograms?: boolean
  /** A shell script in the place of npm. Default: one that leaves what an install would. */
  readonly npm?: string
  /** A shell script in the place of apt-get. Default: there is no apt-get. */
  readonly apt?: string
}

const installs = `
mkdir -p node_modules/keytar/build/Release node_modules/node/bin
touch node_modules/keytar/build/Release/keytar.node
ln -sf ${process.execPath} node_modules/node/bin/node
`

/** A checkout with the real script, a program that prints its arguments, and an npm and apt-get of the test's own. */
function aCheckout(wanted: Wanted) {
  const folder = mkdtempSync(join(tmpdir(), 'postern-set-up-'))
  places.push(folder)
  const write = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
    chmodSync(join(folder, path), mode)
  }
  const script = (name: string, body: string) => write(`bin/${name}`, `#!/bin/sh\n${body}\n`, 0o755)
  const program = `process.stdout.write(JSON.stringify(process.argv.slice(2)) + ' ' + (process.env['POSTERN_INSTALL_MS'] ?? '') + '\\n')\nprocess.exitCode = 7\n`
  write('package.json', JSON.stringify({ type: 'module', allowScripts: { esbuild: true, keytar: true, node: true } }))
  write('package-lock.json', JSON.stringify({ packages: { 'node_modules/thing': { version: '1.0.0' } } }))
  for (const name of ['check', 'demo']) write(`src/tools/${name}.ts`, program)
  cpSync(join(root, 'src/tools/set-up.mjs'), join(folder, 'src/tools/set-up.mjs'))
  script('npm', `echo "$@" >> npm-calls; env | grep -i '^npm_' > npm-env\n${wanted.npm ?? installs}`)
  if (wanted.apt !== undefined) script('apt-get', wanted.apt)
  for (const tool of ['sh', 'echo', 'env', 'grep', 'mkdir', 'touch', 'ln']) link(folder, tool)
  if (wanted.hasPrograms !== false)
    for (const name of ['dbus-run-session', 'gnome-keyring-daemon', 'busctl', 'g++', 'make', 'python3', 'pkg-config'])
      script(name, '')
  if (wanted.installed) {
    write(
      'node_modules/.package-lock.json',
      JSON.stringify({ packages: { 'node_modules/thing': { version: '1.0.0' } } }),
    )
    write('node_modules/keytar/build/Release/keytar.node', '')
    mkdirSync(join(folder, 'node_modules/node/bin'), { recursive: true })
    symlinkSync(process.execPath, join(folder, 'node_modules/node/bin/node'))
  }
  const read = (path: string) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : '')
  const lines = (path: string) =>
    read(path)
      .split('\n')
      .filter((line) => line !== '')
  return {
    folder,
    write,
    npmCalls: () => lines('npm-calls'),
    npmEnvironment: () =>
      Object.fromEntries(
        lines('npm-env').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      ),
    setUp(args: readonly string[], env: Readonly<Record<string, string>> = {}, as = { asOrdinaryUser: false }) {
      const command = [process.execPath, join(folder, 'src/tools/set-up.mjs'), ...args]
      const [first = '', ...rest] = as.asOrdinaryUser && process.getuid?.() === 0 ? asNobody(folder, command) : command
      return runProgram(first, rest, { cwd: folder, env: { PATH: join(folder, 'bin'), ...env } })
    },
  }
}

function link(folder: string, tool: string): void {
  const found = ['/bin', '/usr/bin'].map((place) => join(place, tool)).find((path) => existsSync(path))
  if (found !== undefined) symlinkSync(found, join(folder, 'bin', tool))
}

/** Without the rights of root; the folder is made readable to everybody for it. */
function asNobody(folder: string, command: readonly string[]): readonly string[] {
  chmodSync(folder, 0o755)
  return ['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...command]
}
