import { fileURLToPath } from 'node:url'
import type { agentCommands } from '#cli/agent-commands.ts'
import { headlessPorts } from '#cli/headless-ports.ts'
import { runAgent } from '#cli/run-agent.ts'
import { startApp } from './shell/start-app.ts'

type FirstWord<Name> = Name extends `${infer First} ${string}` ? First : Name

/** First words of the verbs that the app answers itself: all of the device's, or it does not compile. */
const verbs = {
  status: true,
  check: true,
  request: true,
  token: true,
  doctor: true,
  agent: true,
} as const satisfies { readonly [Word in FirstWord<keyof typeof agentCommands>]: true }

startApp({
  here: fileURLToPath(new URL('.', import.meta.url)),
  verbs: Object.keys(verbs),
  runVerb: async (typed) => (await import('#cli/run-verb.ts')).runVerb(typed),
  agentPorts: headlessPorts,
  runAgent,
})
