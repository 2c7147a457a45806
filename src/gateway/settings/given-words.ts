import { readFile } from 'node:fs/promises'
import type { SchemaIssue } from '#domain/failure.ts'
import type { Environment } from './places.ts'

/** Options of `postern gateway`, in the order of section 10. */
export type SettingsOptions = {
  readonly config?: string
  readonly data?: string
  readonly issuer?: string
  readonly listen?: string
  readonly checkListen?: string
  readonly databaseUrl?: string
}

const variables = {
  config: 'POSTERN_CONFIG',
  data: 'POSTERN_DATA',
  issuer: 'POSTERN_ISSUER',
  listen: 'POSTERN_LISTEN',
  checkListen: 'POSTERN_CHECK_LISTEN',
  databaseUrl: 'POSTERN_DATABASE_URL',
} as const satisfies { readonly [Word in keyof Required<SettingsOptions>]: string }

export type Word = keyof typeof variables
export type GivenWord = { readonly value: string; readonly from: 'option' | 'variable'; readonly name: string }
export type GivenWords = { readonly [Given in Word]?: GivenWord }

/** An option beats a variable; `<NAME>_FILE` reads the value from a file. Empty counts as left out. */
export async function givenWords(
  options: SettingsOptions,
  environment: Environment,
): Promise<{ readonly words: GivenWords; readonly issues: readonly SchemaIssue[] }> {
  const words: { [Given in Word]?: GivenWord } = {}
  const issues: SchemaIssue[] = []
  for (const word of wordList) {
    const found = await findWord(word, options, environment)
    if (found === undefined) continue
    if ('detail' in found) issues.push(found)
    else words[word] = found
  }
  return { words, issues }
}

const wordList = ['config', 'data', 'issuer', 'listen', 'checkListen', 'databaseUrl'] as const satisfies readonly Word[]

async function findWord(
  word: Word,
  options: SettingsOptions,
  environment: Environment,
): Promise<GivenWord | SchemaIssue | undefined> {
  const option = options[word]
  if (option !== undefined && option !== '') return { value: option, from: 'option', name: optionName(word) }
  const name = variables[word]
  const value = environment[name] ?? ''
  const file = environment[`${name}_FILE`] ?? ''
  if (value !== '' && file !== '')
    return { pointer: name, detail: `${name} and ${name}_FILE are both set: leave one out` }
  if (value !== '') return { value, from: 'variable', name }
  if (file === '') return undefined
  try {
    const content = (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
    if (content !== '') return { value: content, from: 'variable', name: `${name}_FILE` }
    return { pointer: `${name}_FILE`, detail: `${file} is empty: write the value into it` }
  } catch {
    return { pointer: `${name}_FILE`, detail: `${file} cannot be read: write the path of a file that can` }
  }
}

function optionName(word: Word): string {
  return `--${word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
