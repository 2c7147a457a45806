import type { Shown } from './run-demo.ts'
import type { Screen } from './screen.ts'
import { changesIn, type Result } from './show-verdict.ts'

/** Says each change of verdict as it arrives over the live connection, until the returned function is called. */
export function followVerdicts(screen: Screen, { agent, result, texts }: Shown): () => void {
  let last: Result = result
  return agent.onChange((snapshot) => {
    if (snapshot.result === null || snapshot.result.jti === last.jti) return
    const changes = changesIn(last, snapshot.result, texts)
    last = snapshot.result
    const time = new Date().toTimeString().slice(0, 8)
    for (const change of changes) screen.line(`   ${screen.paint.faint(time)}  ${change}`)
  })
}
