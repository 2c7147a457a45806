// Plain JavaScript for Node 20.19 and newer: it runs before anything is installed. Installs what is missing, then starts
// the program asked for on the project's own Node. Writes to stderr only, because the program's stdout may be one JSON document.
import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

const root = join(import.meta.dirname ?? '', '..', '..')
const modules = join(root, 'node_modules')
const projectNode = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

/** What each program runs, and which system packages it needs on Linux beside those of the build. */
const programs = {
  check: { run: ['src/tools/check.ts'], needs: [] },
  test: { run: ['src/tools/run-tests.ts'], needs: ['keyring', 'tests', 'browser', 'electron'] },
  'test:electron': { run: ['src/tools/run-tests.ts', 'test/electron'], needs: ['keyring', 'electron'] },
  'test:long': { run: ['src/tools/run-long-tests.ts'], needs: [] },
  demo: { run: ['src/tools/demo.ts'], needs: ['keyring'] },
  start: { run: ['src/dev-shell/start.ts'], needs: [] },
  build: { run: ['src/packaging/build.ts'], needs: [] },
  fill: { run: ['src/tools/fill.ts'], needs: [] },
  icons: { run: ['src/tools/icons.ts'], needs: [] },
  pictures: { run: ['src/tools/pictures.ts'], needs: ['browser'] },
  bench: { run: ['src/tools/bench.ts'], needs: ['keyring', 'electron'] },
  invariants: { run: ['src/tools/list-invariants.ts'], needs: [] },
  mutate: { run: ['src/tools/mutate.ts'], needs: [] },
}

/** Per need: the Debian package, and the program or file whose presence makes the package unnecessary. */
const systemPackages = {
  addon: [
    { package: 'build-essential', program: 'g++' },
    { package: 'build-essential', program: 'make' },
    { package: 'python3', program: 'python3' },
    { package: 'pkg-config', program: 'pkg-config' },
    { package: 'libsecret-1-dev', library: 'pkgconfig/libsecret-1.pc' },
  ],
  keyring: [
    { package: 'dbus', program: 'dbus-run-session' },
    { package: 'gnome-keyring', program: 'gnome-keyring-daemon' },
    { package: 'systemd', program: 'busctl' },
  ],
  browser: [{ package: 'chromium', program: 'chromium' }],
  electron: [
    { package: 'xvfb', program: 'Xvfb' },
    { package: 'xauth', program: 'xauth' },
    { package: 'dbus-x11', program: 'dbus-launch' },
    { package: 'xz-utils', program: 'xz' },
    { package: 'util-linux', program: 'setpriv' },
    { package: 'iproute2', program: 'ss' },
    { package: 'openssl', program: 'openssl' },
    { package: 'libgtk-3-0', library: 'libgtk-3.so.0' },
    { package: 'libnss3', library: 'libnss3.so' },
    { package: 'libasound2', library: 'libasound.so.2' },
    { package: 'libgbm1', library: 'libgbm.so.1' },
    { package: 'libxss1', library: 'libXss.so.1' },
    { package: 'libnotify4', library: 'libnotify.so.4' },
    { package: 'libsecret-1-0', library: 'libsecret-1.so.0' },
    { package: 'libatk-bridge2.0-0', library: 'libatk-bridge-2.0.so.0' },
  ],
  tests: [
    { package: 'iproute2', program: 'ip' },
    { package: 'nftables', program: 'nft' },
    { package: 'util-linux', program: 'unshare' },
    { package: 'mount', program: 'mount' },
    { package: 'openssh-client', program: 'ssh-keygen' },
    { package: 'openssl', program: 'openssl' },
    { package: 'ca-certificates', program: 'update-ca-certificates' },
  ],
}

/** Approved packages whose build leaves something that nothing runs without. */
const builtProofs = {
  keytar: addonIsBuilt,
  node: () => existsSync(projectNode),
}

await main(process.argv[2], process.argv.slice(3))

async function main(name, args) {
  const program = Object.hasOwn(programs, name ?? '') ? programs[name] : undefined
  if (program === undefined) return stop(`name a program: ${Object.keys(programs).join(', ')}`)
  if (!isNodeAtLeast(20, 19)) return stop(`Node 20.19 or newer is needed to begin; this is ${process.versions.node}`)
  const began = performance.now()
  const installed = [await installSystemPackages(program.needs), await installPackages()].includes(true)
  const installMs = installed ? { POSTERN_INSTALL_MS: String(Math.round(performance.now() - began)) } : {}
  start([...program.run, ...args], installMs)
}

function isNodeAtLeast(major, minor) {
  const [ownMajor = 0, ownMinor = 0] = process.versions.node.split('.').map(Number)
  return ownMajor > major || (ownMajor === major && ownMinor >= minor)
}

/** True once something was installed. What only the packages' build needs counts only while that is still to be done. */
async function installSystemPackages(needs) {
  if (process.platform !== 'linux') return false
  const wanted = (addonIsBuilt() ? needs : ['addon', ...needs]).flatMap((need) => systemPackages[need])
  const missing = [...new Set(wanted.filter((one) => !isPresent(one)).map((one) => one.package))]
  if (missing.length === 0) return false
  const names = missing.join(' ')
  const apt = findProgram('apt-get')
  if (apt === undefined) return stop(`these are missing, install them first (Debian's names): ${names}`)
  if (process.getuid?.() !== 0) return stop(`missing, install them first: sudo apt-get install ${names}`)
  say(`installing system packages: ${names}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // An old package list may still do: what decides is whether the install succeeds.
  const updated = await run(apt, ['update'], env)
  const patience = ['-o', 'DPkg::Lock::Timeout=120']
  const done = await run(apt, [...patience, 'install', '--yes', '--no-install-recommends', ...missing], env)
  if (done.code !== 0) stop(`apt-get could not install ${names}`, updated.output + done.output)
  return true
}

/** npm's packages exactly as locked; scripts run for the approved packages only, whichever npm this is. */
async function installPackages() {
  const complete = matchesLock()
  const approved = Object.keys(readJson(join(root, 'package.json')).allowScripts)
  const unbuilt = complete ? approved.filter((name) => builtProofs[name]?.() === false) : approved
  if (unbuilt.length === 0) return false
  const env = npmEnvironment()
  if (!complete) {
    say('installing npm packages as locked')
    const done = await npm(
      ['ci', '--ignore-scripts', '--include=dev', '--engine-strict=false', '--no-audit', '--no-fund'],
      env,
    )
    if (done.code !== 0) stop('npm could not install the packages', done.output)
  }
  say(`building ${unbuilt.join(', ')} (may take a minute)`)
  const built = await npm(['rebuild', '--ignore-scripts=false', ...unbuilt], env)
  const failed = unbuilt.filter((name) => builtProofs[name]?.() === false)
  if (built.code !== 0 || failed.length > 0)
    stop(`npm could not build ${(failed.length > 0 ? failed : unbuilt).join(', ')}`, built.output)
  return true
}

function addonIsBuilt() {
  return existsSync(join(modules, 'keytar', 'build', 'Release', 'keytar.node'))
}

/** npm writes its own record last, so an interrupted install does not match. Packages of other systems are optional and absent. */
function matchesLock() {
  const record = join(modules, '.package-lock.json')
  if (!existsSync(record)) return false
  const installed = readJson(record).packages
  return Object.entries(readJson(join(root, 'package-lock.json')).packages).every(
    ([path, entry]) =>
      path === '' ||
      (installed[path] === undefined ? entry.optional === true : installed[path].version === entry.version),
  )
}

/** What the calling npm was told (silent, json, global …) is not meant for this one; where to fetch from and how is. */
function npmEnvironment() {
  const kept =
    /^npm_config_(registry|cache|userconfig|globalconfig|.*proxy|.*ca|cafile|cert|key|strict_ssl|nodedir|python|_.*)$/i
  const entries = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || kept.test(name))
  // A Node that brings its headers along spares node-gyp the download of them.
  const prefix = dirname(dirname(process.execPath))
  const headers = existsSync(join(prefix, 'include', 'node', 'node_version.h')) ? { npm_config_nodedir: prefix } : {}
  return { ...headers, ...Object.fromEntries(entries) }
}

function npm(args, env) {
  const cli = process.env['npm_execpath']
  if (cli !== undefined && /npm-cli\.js$/.test(cli)) return run(process.execPath, [cli, ...args], env)
  return process.platform === 'win32' ? run('npm.cmd', args, env, true) : run('npm', args, env)
}

/** Runs to the end and keeps what was printed: it is shown only when it explains a failure. */
function run(command, args, env, shell = false) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, shell, stdio: ['ignore', 'pipe', 'pipe'] })
    const parts = []
    child.stdout.on('data', (part) => parts.push(part))
    child.stderr.on('data', (part) => parts.push(part))
    child.on('error', (error) => resolve({ code: 127, output: String(error) }))
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(parts).toString() }))
  })
}

/** Starts the program in the place of this one: its streams, its exit code, and the signals that are sent to us. */
function start(args, extra) {
  const path = [join(modules, '.bin'), process.env['PATH'] ?? ''].join(delimiter)
  const child = spawn(projectNode, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...extra, PATH: path } })
  // A terminal sends Ctrl-C to everybody in the foreground already: passing it on would make it two.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => stop(`could not start ${projectNode}: ${error.message}`))
  child.on('close', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

function isPresent({ program, library }) {
  return program === undefined ? hasLibrary(library) : findProgram(program) !== undefined
}

function findProgram(name) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Under `/usr/lib`, or in the folder of the processor beside it. */
function hasLibrary(file) {
  const bases = [
    '/usr/lib',
    '/usr/lib64',
    '/usr/share',
    ...readdirSync('/usr/lib').map((entry) => join('/usr/lib', entry)),
  ]
  return bases.some((base) => existsSync(join(base, file)))
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function say(sentence) {
  process.stderr.write(`set-up: ${sentence}\n`)
}

function stop(sentence, output = '') {
  process.stderr.write(output)
  say(sentence)
  process.exit(2)
}
