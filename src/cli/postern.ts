import { leaveProcess } from './leave-process.ts'
import { runCommand } from './run-command.ts'
import { languageOf, thisTerminal } from './terminal.ts'

/** The npm entry. It ends by itself when nothing is left to do, so that what was printed also arrives. */
const language = languageOf(process.env)
const texts =
  language === 'de'
    ? (await import('#contract/texts/cli-de.ts')).cliDe
    : (await import('#contract/texts/cli-en.ts')).cliEn

const lingerMs = 500

for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit() // whoever read has heard enough, as with `| head`
    throw error
  })
const alive = setInterval(() => undefined, 2 ** 30) // timers of ours do not keep a process, so a wait on one alone would end it
const code = await runCommand(process.argv.slice(2), thisTerminal(language, texts))
process.exitCode = code
clearInterval(alive)
setTimeout(() => leaveProcess(code), lingerMs).unref() // what somebody left open holds nobody up
