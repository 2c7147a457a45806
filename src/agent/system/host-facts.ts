import { Worker } from 'node:worker_threads'
import type { HostFacts } from '#agent/machine/machine.ts'
import type { Clock } from '#runtime/clock.ts'

/** What the library says, unfiltered: two calls of many, and of those only what names the system and the model. */
export type RawFacts = {
  readonly distro?: string
  readonly release?: string
  readonly manufacturer?: string
  readonly model?: string
}

const limitMs = 3000

/**
 * OS name and model by systeminformation, asked once. Firmware placeholders and names that the library makes up are
 * left out; so is everything when it does not answer in time, and then the next call waits for the same answer.
 */
export function hostFacts(from: {
  readonly clock: Pick<Clock, 'setTimer'>
  readonly ask?: () => Promise<RawFacts>
}): () => Promise<HostFacts> {
  let asked: Promise<HostFacts> | undefined
  return () => {
    asked ??= (from.ask ?? askInWorker)().then(filterFacts, () => ({}))
    const answer = asked
    return new Promise((resolve) => {
      const cancel = from.clock.setTimer(limitMs, () => resolve({}))
      void answer.then((facts) => {
        cancel()
        resolve(facts)
      })
    })
  }
}

/** Keeps only what a person, a firmware or a distribution gave. */
export function filterFacts(raw: RawFacts): HostFacts {
  const distribution = named(raw.distro)
  const release = named(raw.release)
  const vendor = named(raw.manufacturer)
  const model = named(raw.model)
  return {
    ...(distribution === undefined ? {} : { distribution }),
    ...(release === undefined ? {} : { release }),
    ...(vendor === undefined ? {} : { vendor }),
    ...(model === undefined ? {} : { model }),
  }
}

/** Names that stand where a maker left the field as it came, or that systeminformation makes up for want of one. */
const placeholders: ReadonlySet<string> = new Set([
  '-',
  'unknown',
  'none',
  'null',
  'undefined',
  'n/a',
  'na',
  'not available',
  'not applicable',
  'not specified',
  'computer',
  'docker container',
  'wsl',
  'default',
  'default string',
  'system product name',
  'system manufacturer',
  'system serial number',
  'system name',
  'product name',
  'serial number',
  'invalid',
  'empty',
  'o.e.m.',
  'oem',
  'chassis serial number',
])
const placeholderForms = [/^to be filled/i, /^[0\s.-]+$/, /^x{3,}$/i, /^\*+$/, /^0?123456789/, /^f{8,}$/i]

/** Whether a text of the firmware says nothing: left as it came, or zeros. */
export function isPlaceholder(text: string): boolean {
  const trimmed = text.trim()
  return (
    trimmed === '' || placeholders.has(trimmed.toLowerCase()) || placeholderForms.some((form) => form.test(trimmed))
  )
}

function named(text: string | undefined): string | undefined {
  const trimmed = text?.trim()
  return trimmed === undefined || isPlaceholder(trimmed) ? undefined : trimmed.slice(0, 64)
}

/**
 * In a thread of its own, which ends with the answer: the library starts programs synchronously (`hostname -f` waits
 * for name servers) and would hold everything else, and what it loads is given back.
 */
function askInWorker(): Promise<RawFacts> {
  const here = import.meta.url
  const file = new URL(`./host-facts-worker${here.slice(here.lastIndexOf('.'))}`, here)
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, {
      env: { LC_ALL: 'C', PATH: '/usr/sbin:/usr/bin:/sbin:/bin', RES_OPTIONS: 'timeout:1 attempts:1' },
      stdin: false,
      stdout: true, // what the library prints is nobody's
      stderr: true,
    })
    worker.unref()
    worker.once('message', (answer: unknown) => {
      resolve(isRawFacts(answer) ? answer : {})
      void worker.terminate()
    })
    worker.once('error', reject)
    worker.once('exit', () => resolve({}))
  })
}

function isRawFacts(answer: unknown): answer is RawFacts {
  return (
    typeof answer === 'object' && answer !== null && Object.values(answer).every((text) => typeof text === 'string')
  )
}
