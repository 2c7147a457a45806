import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { operatingSystem } from '#agent/system/operating-system.ts'
import { children } from '#tools/children.ts'
import { askPerson } from '#tools/demo/ask-person.ts'
import { demoDocument } from '#tools/demo/demo-document.ts'
import { followVerdicts } from '#tools/demo/follow-verdicts.ts'
import { forgetKey } from '#tools/demo/forget-key.ts'
import { runDemo } from '#tools/demo/run-demo.ts'
import { screenOn, silentScreen } from '#tools/demo/screen.ts'

/** `npm run demo`: the whole of Postern on this machine, with its real readings and a real keychain, nothing left behind. */
const usage = `npm run demo [-- --once] [--json] [--yes]

  --once  ends after the verdict and the exception
  --json  with --once: one JSON document on stdout and nothing else; agrees to every question
  --yes   agrees to every question
`

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const isOnce = values.once || values.json
const isAgreed = values.yes || values.json
const { stdin, stdout, stderr, env } = process

if (values.help) stdout.write(usage)
else if (!isAgreed && !(stdin.isTTY && stdout.isTTY)) {
  stderr.write('demo: this is no terminal, so nobody can press a key. Agree to every question with: --yes\n')
  process.exitCode = 2
} else process.exitCode = await main()

async function main(): Promise<number> {
  const running = children()
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'postern-demo-')))
  const screen = values.json ? silentScreen(env) : screenOn(stdout, env)
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })
  const interrupt = () => process.kill(process.pid, 'SIGINT')
  try {
    screen.line(screen.paint.strong('Postern demo'))
    screen.text(
      `Nothing leaves this machine, and nothing stays but the evidence at the end: the rest lies in ${folder}.`,
    )
    const ask = isAgreed ? undefined : (question: string) => askPerson(question, interrupt)
    const shown = await Promise.race([
      runDemo({ screen, children: running, folder, windows: !isOnce, ask }),
      interrupted.then(() => 'interrupted' as const),
    ])
    if (shown === 'interrupted') return 130
    if (shown === undefined) {
      screen.text('Not enrolled. Nothing about this device was sent.')
      return 1
    }
    if (values.json) stdout.write(`${JSON.stringify(demoDocument(shown, installMs()))}\n`)
    if (isOnce) return 0
    screen.step('Live: each change of verdict as it arrives. Ctrl-C ends everything')
    screen.text(`Try it: ${shown.remedy}`)
    screen.line()
    followVerdicts(screen, shown)
    await interrupted
    screen.line()
    return 0
  } catch (thrown) {
    if (await isSettled(interrupted)) return 130 // Ctrl-C also ended what we were waiting for
    const cause = thrown instanceof Error && thrown.cause instanceof Error ? `: ${thrown.cause.message}` : ''
    stderr.write(`demo: ${thrown instanceof Error ? thrown.message : String(thrown)}${cause}\n`)
    return 2
  } finally {
    if (operatingSystem() !== 'linux') await forgetKey(join(folder, 'state'))
    await running.stopAll()
    await rm(folder, { recursive: true, force: true })
    screen.text('Ended. Nothing else of it is left on this machine.')
    setImmediate(() => process.exit()) // an open line to an agent that is gone must not keep us
  }
}

function installMs(): number | undefined {
  const said = Number(env['POSTERN_INSTALL_MS'])
  return Number.isSafeInteger(said) && said > 0 ? said : undefined
}

async function isSettled(promise: Promise<void>): Promise<boolean> {
  return await Promise.race([promise.then(() => true), new Promise<false>((resolve) => setTimeout(resolve, 50, false))])
}
