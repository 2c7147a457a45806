import type { ShownRequest } from '#contract/agent-exceptions.ts'
import { fillText } from '#contract/fill-text.ts'
import type { Transport } from '#contract/transport.ts'
import { uuid7 } from '#contract/wire-types.ts'
import { askAgent } from '../ask-agent.ts'
import type { Terminal } from '../terminal.ts'
import { UsageFault } from '../usage-fault.ts'

/** The request that was named, or the only one that fits. */
export async function chooseRequest(
  agent: Pick<Transport, 'ask'>,
  named: string | undefined,
  fits: (request: ShownRequest) => boolean,
  { texts }: Pick<Terminal, 'texts'>,
): Promise<ShownRequest> {
  if (named !== undefined) {
    if (!uuid7.safeParse(named).success)
      throw new UsageFault(fillText(texts.usage.wrongValue, { given: 'id', value: named }), 'postern request list')
    return askAgent(agent, 'exception/show', { request_id: named })
  }
  const { items } = await askAgent(agent, 'history/page', { count: 50, kinds: ['exception'] })
  const fitting = items.flatMap((item) => (item.kind === 'exception' ? [item.request] : [])).filter(fits)
  const [only, ...others] = fitting
  if (only === undefined) throw new UsageFault(texts.request.noneOpen, 'postern request list')
  if (others.length > 0) {
    const ids = fitting.map(({ request_id }) => request_id).join(', ')
    throw new UsageFault(fillText(texts.request.several, { ids }), 'postern request list')
  }
  return only
}
