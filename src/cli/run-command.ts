import type { CliCommand } from '#contract/texts/cli-texts.ts'
import { agentCommands } from './agent-commands.ts'
import type { ExitCode } from './exit-codes.ts'
import { gatewayCommands } from './gateway-commands.ts'
import { runWords } from './run-words.ts'
import type { Terminal } from './terminal.ts'
import type { CommandRow } from './words.ts'

/** Every verb and where it is found. One that is left out does not compile. */
export const commandTable: { readonly [Name in CliCommand]: CommandRow } = { ...agentCommands, ...gatewayCommands }

/** Runs the command that the words behind `postern` name. Never throws. */
export function runCommand(typed: readonly string[], terminal: Terminal): Promise<ExitCode> {
  return runWords({ rows: commandTable, atTheGateway: Object.keys(gatewayCommands) }, typed, terminal)
}
