import { Command, CommanderError, Option } from 'commander'
import { type CliCommand, type CliOption, type CliTexts, cliCommands } from '#contract/texts/cli-texts.ts'
import { Failure } from '#domain/failure.ts'
import { endWith } from './end-with.ts'
import { type ExitCode, exitCode } from './exit-codes.ts'
import { posternVersion } from './postern-version.ts'
import type { Terminal } from './terminal.ts'
import { UsageFault } from './usage-fault.ts'
import { usageFaultOf } from './usage-fault-of.ts'
import { type CommandRow, optionValues, valuesOf, type Words } from './words.ts'

/** Verbs and where each is found; `atTheGateway`: those that the help puts under the gateway. */
export type CommandTable = {
  readonly rows: { readonly [Name in CliCommand]?: CommandRow }
  readonly atTheGateway: readonly string[]
}

/** Reads the words behind `postern`, runs the command of the table they name, and says how it ended. Never throws. */
export async function runWords(table: CommandTable, typed: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const called = await readWords(table, typed, terminal)
    if (called.kind === 'answered') return called.exit
    const { row, name, words } = called
    if (row.load === undefined) throw new Failure('not_implemented', { what: `postern ${name}` })
    const run = await row.load()
    return await run(words, terminal)
  } catch (thrown) {
    return await endWith(thrown, typed, terminal)
  }
}

type Called =
  | { readonly kind: 'answered'; readonly exit: ExitCode } // help or version
  | { readonly kind: 'called'; readonly name: CliCommand; readonly row: CommandRow; readonly words: Words }

async function readWords(table: CommandTable, typed: readonly string[], terminal: Terminal): Promise<Called> {
  let called: Called | undefined
  const program = buildProgram(table, terminal, (name, row, argument, options) => {
    called = { kind: 'called', name, row, words: wordsOf(argument, options) }
  })
  try {
    await program.parseAsync([...typed], { from: 'user' })
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown
    if (thrown.code === 'commander.helpDisplayed' || thrown.code === 'commander.version')
      return { kind: 'answered', exit: exitCode.yes }
    if (thrown.code === 'commander.help') return { kind: 'answered', exit: exitCode.couldNotRun }
    throw usageFaultOf(thrown, terminal.texts.usage, helpFor(table, typed))
  }
  if (called === undefined) throw new UsageFault(terminal.texts.usage.notUsable, helpFor(table, typed))
  return called
}

type Tell = (
  name: CliCommand,
  row: CommandRow,
  argument: string | undefined,
  options: { readonly [name: string]: unknown },
) => void

function buildProgram(table: CommandTable, terminal: Terminal, tell: Tell): Command {
  const { texts } = terminal
  const program = new Command('postern')
  const shown: Command[] = []
  program
    .description(texts.help.about)
    .usage(`${texts.help.commandWord} ${texts.help.optionsWord}`)
    .version(posternVersion(), '-V, --version', texts.help.showVersion)
    .helpOption('-h, --help', texts.help.showHelp)
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.replace(/\n$/, '')),
      writeErr: (text) => terminal.err(text.replace(/\n$/, '')),
      outputError: () => undefined, // said by `endWith`, in the person's language
      getOutHelpWidth: () => terminal.columns,
      getErrHelpWidth: () => terminal.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({
      styleTitle: (title) => titles(texts)[title] ?? title,
      visibleCommands: (command) => shown.filter((each) => command === program || each.parent === command),
      subcommandTerm: (command) =>
        [fullName(command), ...command.registeredArguments.map((each) => `<${each.name()}>`)].join(' '),
    })
    .addHelpText('after', `\n${texts.help.more}`)
  for (const name of cliCommands) {
    const row = table.rows[name]
    if (row === undefined) continue
    const group = table.atTheGateway.includes(name) ? texts.help.atTheGateway : texts.help.onThisDevice
    const command = addCommand(program, name, row, group, terminal, tell)
    if (row.load !== undefined) shown.push(command)
  }
  return program
}

function addCommand(
  program: Command,
  name: CliCommand,
  row: CommandRow,
  group: string,
  { texts }: Terminal,
  tell: Tell,
): Command {
  const [first = name, second] = name.split(' ')
  const parent =
    second === undefined
      ? program
      : (program.commands.find((each) => each.name() === first) ?? addGroup(program, first, texts))
  const command = parent.command(second ?? first)
  command
    .description(texts.commands[name])
    .helpGroup(group)
    .helpOption('-h, --help', texts.help.showHelp)
    .helpCommand(false)
    .enablePositionalOptions()
    .usage([...(row.argument === undefined ? [] : [wordOf(row.argument)]), texts.help.optionsWord].join(' '))
    .action((...given: readonly unknown[]) => {
      const argument = given[0]
      tell(name, row, typeof argument === 'string' ? argument : undefined, command.opts())
    })
  if (row.argument !== undefined) command.argument(wordOf(row.argument))
  if (row.load === undefined) command.allowUnknownOption().allowExcessArguments()
  else command.allowExcessArguments(false)
  for (const option of row.options) {
    const place = `${name} ${option}`
    const value = valuesOf[place] ?? optionValues[option]
    const says = isOwnText(place, texts) ? texts.optionsOf[place] : texts.options[option]
    command.addOption(new Option(`--${option}${value === null ? '' : ` <${value}>`}`, says))
  }
  return command
}

function wordOf({ name, required }: NonNullable<CommandRow['argument']>): string {
  return required ? `<${name}>` : `[${name}]`
}

function isOwnText(place: string, { optionsOf }: CliTexts): place is keyof CliTexts['optionsOf'] {
  return Object.hasOwn(optionsOf, place)
}

/** A word that is no command by itself, such as `policy`. */
function addGroup(program: Command, name: string, { help }: CliTexts): Command {
  return program
    .command(name)
    .usage(`${help.commandWord} ${help.optionsWord}`)
    .helpOption('-h, --help', help.showHelp)
    .helpCommand(false)
    .enablePositionalOptions()
}

/** `agent enroll`. */
function fullName(command: Command): string {
  const { parent } = command
  return parent?.parent === undefined || parent.parent === null ? command.name() : `${parent.name()} ${command.name()}`
}

function titles(texts: CliTexts): { readonly [title: string]: string | undefined } {
  const { usage, commands, options, arguments: named } = texts.help
  return { 'Usage:': usage, 'Commands:': commands, 'Options:': options, 'Arguments:': named }
}

function wordsOf(argument: string | undefined, options: { readonly [name: string]: unknown }): Words {
  const given = (option: CliOption): unknown =>
    options[option.replace(/-[a-z]/g, (part) => part.slice(1).toUpperCase())]
  return {
    argument,
    text(option) {
      const value = given(option)
      return typeof value === 'string' && value !== '' ? value : undefined
    },
    isSet: (option) => given(option) === true,
  }
}

/** The help that fits what was typed: `postern gateway token --help`. */
function helpFor(table: CommandTable, typed: readonly string[]): string {
  const names = typed.filter((word) => /^[a-z-]+$/.test(word) && !word.startsWith('-'))
  const pair = names.slice(0, 2).join(' ')
  const known = [pair, names[0] ?? ''].find((name) =>
    Object.keys(table.rows).some((command) => command.startsWith(name) && name !== ''),
  )
  return `postern ${known === undefined ? '' : `${known} `}--help`
}
