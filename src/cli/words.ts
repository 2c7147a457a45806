import type { CliOption } from '#contract/texts/cli-texts.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

/** What was typed behind a command's name, options by their long name. */
export type Words = {
  readonly argument: string | undefined
  readonly text: (option: CliOption) => string | undefined
  readonly isSet: (option: CliOption) => boolean
}

/** A command: what was typed, where, and how it ends. Foreseen failures are thrown. */
export type RunCommand = (words: Words, terminal: Terminal) => Promise<ExitCode>

/** A row of the table: all that help needs, and where the command itself is found when it is called. */
export type CommandRow = {
  readonly argument?: { readonly name: string; readonly required: boolean }
  readonly options: readonly CliOption[]
  /** Left out: it belongs to a later version, takes any words, and says so. */
  readonly load?: () => Promise<RunCommand>
}

/** The value each option takes, or `null` where it is a switch. */
export const optionValues: { readonly [Option in CliOption]: string | null } = {
  admin: 'email',
  'asset-tag': 'tag',
  category: 'name',
  check: 'id',
  'check-listen': 'host:port',
  config: 'file',
  control: 'path',
  coverage: null,
  data: 'folder',
  'database-url': 'url',
  development: null,
  dir: 'folder',
  'fix-by': 'date',
  for: 'email',
  from: 'file',
  issuer: 'url',
  json: null,
  keys: 'file',
  listen: 'host:port',
  ownership: 'kind',
  reason: 'text',
  resource: 'ids',
  state: 'folder',
  text: 'text',
  ticket: 'id',
  until: 'date',
  yes: null,
}

/** What an option takes at one command alone. */
export const valuesOf: { readonly [place: string]: string | undefined } = { 'request for': 'duration' }
