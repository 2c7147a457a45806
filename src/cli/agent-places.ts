import { readFileSync } from 'node:fs'
import { operatingSystem } from '#agent/system/operating-system.ts'
import { type AgentPaths, agentPathsHere } from '#agent/system/paths.ts'
import { fillText } from '#contract/fill-text.ts'
import type { Terminal } from './terminal.ts'
import { UsageFault } from './usage-fault.ts'
import type { Words } from './words.ts'

const variables = ['POSTERN_STATE', 'POSTERN_CONTROL'] as const

/** Where the agent keeps state and endpoint: an option beats a variable, a variable the default. Failure: `socket_path_too_long`. */
export function agentPlaces(words: Words, { environment, texts }: Pick<Terminal, 'environment' | 'texts'>): AgentPaths {
  const state = words.text('state')
  const control = words.text('control')
  const fromFiles = variables.flatMap((name) => {
    const value = valueFromFile(name, environment, texts.usage)
    return value === undefined ? [] : [[name, value] as const]
  })
  return agentPathsHere({
    os: operatingSystem(),
    development: words.isSet('development'),
    environment: { ...environment, ...Object.fromEntries(fromFiles) },
    ...(state === undefined ? {} : { state }),
    ...(control === undefined ? {} : { control }),
  })
}

/** `<NAME>_FILE` reads the value from a file. Empty counts as left out. */
function valueFromFile(
  name: string,
  environment: Terminal['environment'],
  usage: Terminal['texts']['usage'],
): string | undefined {
  const file = environment[`${name}_FILE`] ?? ''
  if (file === '') return undefined
  if ((environment[name] ?? '') !== '') throw new UsageFault(fillText(usage.bothSet, { given: name }))
  const fault = new UsageFault(fillText(usage.fileUnreadable, { given: `${name}_FILE` }), file)
  try {
    const value = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    if (value === '') throw fault
    return value
  } catch {
    throw fault
  }
}
