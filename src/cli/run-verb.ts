import { agentCommands } from './agent-commands.ts'
import type { ExitCode } from './exit-codes.ts'
import { runWords } from './run-words.ts'
import { languageOf, thisTerminal } from './terminal.ts'

/** The command line inside the app: the verbs of the device, without any of the gateway's code. Never throws. */
export async function runVerb(typed: readonly string[]): Promise<ExitCode> {
  const language = languageOf(process.env)
  const texts =
    language === 'de'
      ? (await import('#contract/texts/cli-de.ts')).cliDe
      : (await import('#contract/texts/cli-en.ts')).cliEn
  for (const stream of [process.stdout, process.stderr]) stream.on('error', leaveWhenNobodyReads)
  return runWords({ rows: agentCommands, atTheGateway: [] }, typed, thisTerminal(language, texts))
}

function leaveWhenNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit()
  throw error
}
