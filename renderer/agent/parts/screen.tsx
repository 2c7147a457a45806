import type { ComponentProps, ReactNode } from 'react'
import { Banner } from '../../ui/banner.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { useTexts } from '../texts.tsx'
import './screen.css'

/** A screen: its head, then its parts with air between them. `offline`: says so where the gateway is away. */
export function Screen(
  props: ComponentProps<typeof PageHeader> & { readonly offline?: boolean; readonly children?: ReactNode },
) {
  const { offline = true, children, ...head } = props
  return (
    <div className="screen">
      <PageHeader {...head} />
      {offline && <OfflineBanner />}
      {children}
    </div>
  )
}

function OfflineBanner() {
  const { state, result, result_at } = useSnapshot()
  const { shared, say, moment } = useTexts()
  if (state !== 'offline') return null
  const at = result_at ?? result?.iat
  return (
    <Banner tone="offline" title={shared.offline}>
      {at !== undefined && say(shared.offlineMore, { time: moment(at) })}
    </Banner>
  )
}
