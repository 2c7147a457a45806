import { Banner } from '../../ui/banner.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { useTexts } from '../texts.tsx'

/** Says that what is shown may be old, and of when it is; nothing while the stream is open. */
export function NotLive({ at }: { readonly at: number }) {
  const { stream } = useSnapshot()
  const { shared, say, moment } = useTexts()
  if (stream === 'open') return null
  return <Banner tone="offline" title={say(shared.notLive, { time: moment(at) })} />
}
