import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { Snapshot } from '#contract/ipc.ts'
import { cliEn } from '#contract/texts/cli-en.ts'
import type { Children } from '#tools/children.ts'
import { writeExampleGateway } from '#tools/example-gateway.ts'
import { startPrivateKeyring } from '#tools/private-keyring.ts'
import { type AgentLine, openAgentLine } from './agent-line.ts'
import { askDecisions, type DemoDecision } from './ask-decisions.ts'
import { type DemoBook, demoPeople, demoResources, writeDemoBook } from './demo-book.ts'
import { freePorts } from './free-ports.ts'
import { posternCli } from './postern-cli.ts'
import { type DemoException, type ExceptionPorts, runException } from './run-exception.ts'
import { scanMachine } from './scan-machine.ts'
import { durationText, type Screen } from './screen.ts'
import { showDescription, showWhoAsks } from './show-consent.ts'
import {
  type CheckTexts,
  checkTitle,
  type Result,
  remedyText,
  showChecks,
  showDecisions,
  showReadings,
} from './show-verdict.ts'

export type DemoPorts = {
  readonly screen: Screen
  readonly children: Children
  /** Of this run alone; gone afterwards. */
  readonly folder: string
  /** Whether the agent has windows: in Electron, or at an address for a browser. */
  readonly windows: boolean
  /** A key press; undefined where everything was agreed to beforehand. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined
}

export type Shown = {
  readonly snapshot: Snapshot
  readonly result: Result
  readonly decisions: readonly DemoDecision[]
  readonly ms: { readonly enroll: number; readonly scan: number; readonly attest: number; readonly total: number }
  readonly texts: CheckTexts
  /** What a person would do to open the wiki. */
  readonly remedy: string
  readonly agent: AgentLine
  /** What an exception is asked for with. */
  readonly ways: ExceptionPorts
  /** Left out: the person did not want to ask for one. */
  readonly exception: DemoException | undefined
}

const firstLine = z.object({ first_admin: z.string() })
const you = demoPeople[0].email

/** From an empty machine to a verdict, and from a refusal to an exception and its end. `undefined`: the person did not agree. */
export async function runDemo(ports: DemoPorts): Promise<Shown | undefined> {
  const { screen, children, folder } = ports
  const began = performance.now()
  let thinkingMs = 0

  // 1. Read the machine, and write the book from what was seen.
  const scan = await scanMachine()
  screen.step('This machine, as the agent reads it', scan.ms)
  showReadings(screen, scan.readings)
  const nowSeconds = Math.floor(Date.now() / 1000)
  const book = await writeDemoBook(join(folder, 'policies'), scan.os, scan.readings, nowSeconds)
  const texts = { checks: book.checks, os: scan.os }
  screen.step('A policy book, written from what was seen')
  showBook(screen, book, texts)

  // 2. The gateway, and a one-use token for this device.
  const place = await prepareGateway(folder)
  const cli = posternCli(children, { POSTERN_STATE: join(folder, 'state'), POSTERN_CONTROL: place.control })
  const at = ['--config', place.config, '--data', join(folder, 'data')]
  const gatewayBegan = performance.now()
  const gateway = await cli.start(['gateway', ...at])
  const { first_admin: firstAdminUrl } = firstLine.parse(JSON.parse(await gateway.line(() => true)))
  screen.step('A gateway', sinceMs(gatewayBegan))
  screen.text(`${place.issuer}, in development mode: plain HTTP, this machine only`)
  const { link, invite_url: inviteUrl } = await cli.answer(
    ['gateway', 'token', '--for', you, ...at],
    z.object({ link: z.string(), invite_url: z.string() }),
  )

  // 3. The agent, with a real keychain.
  const agentBegan = performance.now()
  const keyring = scan.os === 'linux' ? await startPrivateKeyring(children, join(folder, 'keyring')) : { env: {} }
  const windows: string[] = []
  const sayWindows = (line: string) => {
    if (windows.push(line) > 1) screen.text(line) // each browser that leaves makes room for another
  }
  if (ports.windows) await cli.startWindows(keyring.env, sayWindows)
  else await cli.start(['agent', '--development'], keyring.env)
  const agent = await openAgentLine(place.control)
  await agent.until(({ readings_at, checking }) => readings_at !== null && !checking)
  const kind = ports.windows ? 'An agent with windows' : 'A headless agent'
  screen.step(`${kind}, which has read the machine as well`, sinceMs(agentBegan))
  for (const line of windows) screen.text(line)
  screen.text(
    scan.os === 'linux'
      ? 'Its keychain is of this run alone: gnome-keyring-daemon on a bus of its own, unlocked by a random password.'
      : 'Its keychain is that of the system; the entry is removed at the end.',
  )

  // 4. Consent: nothing is asked of the gateway before the first yes, nothing is sent before the second.
  const agreed = async (question: string) => {
    if (ports.ask === undefined) {
      screen.text(`${question} yes (--yes)`)
      return true
    }
    const asked = performance.now()
    const answer = await ports.ask(`   ${question} [y/n]`)
    thinkingMs += performance.now() - asked
    return answer
  }
  screen.step('Consent')
  showWhoAsks(screen, place.issuer)
  if (!(await agreed('Continue?'))) return undefined
  const previewBegan = performance.now()
  const preview = await agent.ask('enrollment/preview', { link })
  const previewMs = sinceMs(previewBegan)
  showDescription(screen, preview)
  if (!(await agreed('Enrol?'))) {
    await agent.ask('enrollment/cancel', undefined)
    return undefined
  }

  // 5. Enrolment, a signed report of real readings, and the verdict.
  const enrollBegan = performance.now()
  const enrolled = await agent.ask('enrollment/confirm', { link, consent: preview.consent })
  const enrollMs = previewMs + sinceMs(enrollBegan)
  screen.step('Enrolled', enrollMs)
  screen.text(`as a device of ${enrolled.owner ?? you}, its key in ${keyText(enrolled)}`)
  const attestBegan = performance.now()
  const snapshot = await agent.until(({ result }) => result !== null)
  const attestMs = sinceMs(attestBegan)
  const { result, device_id: deviceId } = snapshot
  if (result === null || deviceId === null) throw new Error('there is no verdict')
  screen.step('Readings signed, sent, judged', attestMs)
  screen.text(reportText(snapshot, result))
  const ask = { port: place.checkPort, caller: place.caller, email: you, deviceId, resources: demoResources }
  const decisions = await askDecisions(ask)
  const totalMs = Math.round(performance.now() - began - thinkingMs)
  screen.step('The checks')
  showChecks(screen, result, scan.readings, texts)
  screen.step('May this device reach them? A registered service asks over AuthZEN')
  showDecisions(screen, decisions, result, texts)
  const ms = { enroll: enrollMs, scan: scan.ms, attest: attestMs, total: totalMs }
  screen.line()
  screen.line(`   ${screen.paint.faint(timesText(ms))}`)

  // 6. The way around the rule, guarded.
  screen.line()
  const { excusable } = book.choice
  const wanted = await agreed('Ask for an exception, for one minute?')
  const ways: ExceptionPorts = {
    screen,
    cli,
    issuer: place.issuer,
    firstAdminUrl,
    inviteUrl,
    ask,
    check: { id: excusable, category: book.checks.get(excusable)?.document.exemptable.reasons[0] ?? '' },
  }
  const exception = wanted ? await runException(ways) : undefined
  return { snapshot, result, decisions, ms, texts, remedy: remedyText(excusable, texts), agent, ways, exception }
}

async function prepareGateway(folder: string) {
  const [api = 0, check = 0] = await freePorts(2)
  const issuer = `http://localhost:${api}`
  const { config, caller } = await writeExampleGateway({
    folder,
    issuer,
    listen: { api: `127.0.0.1:${api}`, check: `127.0.0.1:${check}` },
    policies: join(folder, 'policies'),
    resources: demoResources,
    people: demoPeople,
  })
  await mkdir(join(folder, 'run'), { mode: 0o700 })
  return { issuer, config, caller, checkPort: check, control: controlPath(folder) }
}

/** Windows has pipes, which lie in no folder. */
function controlPath(folder: string): string {
  return folder.includes('\\') ? `\\\\.\\pipe\\postern-demo-${process.pid}` : join(folder, 'run', 'control.sock')
}

function showBook(screen: Screen, { choice }: DemoBook, texts: CheckTexts): void {
  const title = (id: string) => checkTitle(id, texts)
  screen.pairs([
    ['Wiki', `opens once one check is fixed or excused: ${title(choice.excusable)}`],
    ['Payments', `stays refused, whatever anybody excuses: ${title(choice.blocking)}`],
  ])
  if (choice.stricter !== undefined)
    screen.text('Everything that can be excused passes here, so the demo asks for a version that does not exist.')
}

function keyText({ key_store: { kind }, tier }: Snapshot): string {
  return `${kind === 'keytar' ? 'the system keychain (keytar)' : (kind ?? 'no store')}, tier ${tier ?? 'unknown'}`
}

function reportText({ sent }: Snapshot, result: Result): string {
  const report = sent.findLast(({ typ }) => typ === 'eat+jwt')
  const bytes = Buffer.byteLength(report?.payload ?? '')
  return `report ${result.evidence.seq}, ${bytes} bytes; the verdict came back signed: ${cliEn.status.verdicts[result.status]}`
}

function timesText({ scan, enroll, attest, total }: Shown['ms']): string {
  const times = [
    ['read', scan],
    ['enrol', enroll],
    ['report and verdict', attest],
    ['everything', total],
  ] as const
  return times.map(([name, ms]) => `${name} ${durationText(ms)}`).join(' · ')
}

function sinceMs(began: number): number {
  return Math.round(performance.now() - began)
}
