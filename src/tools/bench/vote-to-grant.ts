import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { askDecision } from '#tools/demo/ask-decisions.ts'
import { runDemo } from '#tools/demo/run-demo.ts'
import { askOnCommandLine, people } from '#tools/demo/run-exception.ts'
import { silentScreen } from '#tools/demo/screen.ts'
import { atMost, type Figure } from './figure.ts'
import { median } from './median.ts'

/** As many as a person may have asked for in thirty days. */
const rounds = 5

/**
 * From the moment the last vote is sent: until the grant is proven and a decision allows, and until the command line of the
 * requester has been told by their agent. A gateway, an agent with a real keychain and people with passkeys in software,
 * as in the demo.
 */
export const voteToGrant: Figure = {
  names: ['vote-usable', 'vote-told'],
  async measure({ children, folder: all, say }) {
    const folder = join(all, 'vote-to-grant')
    await mkdir(folder, { recursive: true, mode: 0o700 })
    say('a gateway, an agent and their people')
    const shown = await runDemo({
      screen: silentScreen({}),
      children,
      folder,
      windows: false,
      ask: async (question) => !question.includes('exception'),
    })
    if (shown === undefined) throw new Error('the device was not enrolled')
    const { ways } = shown
    const { you, grace, lin } = await people(ways)
    const usable: number[] = []
    const told: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const asked = await askOnCommandLine(ways)
      await you.prove(asked.stepUpUrl)
      await grace.approve(asked.requestId, 'security')
      const isTold = asked.until(({ grant }) => grant?.state === 'active').then(() => performance.now())
      const vote = await lin.prepare(asked.requestId, 'owner')
      const began = performance.now()
      await vote()
      const { access } = await askDecision(ways.ask, 'wiki')
      usable.push(performance.now() - began)
      if (access !== 'allow') throw new Error(`the wiki was answered ${access} after the last vote`)
      told.push((await isTold) - began)
      await shown.agent.ask('exception/surrender', { request_id: asked.requestId })
      await asked.ended
    }
    return [atMost('vote-usable', median(usable), 'ms', 250), atMost('vote-told', median(told), 'ms', 1000)]
  },
}
