import { StrictMode, useState } from 'react'
import type { Language } from '#contract/agent-windows.ts'
import type { Transport } from '#contract/transport.ts'
import { Announcer } from '../ui/announcer.tsx'
import { Busy } from '../ui/busy.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { useFocusKept } from '../ui/use-focus-kept.ts'
import { AgentProvider, useAgentView, useSnapshot } from './agent-context.tsx'
import type { Disguise } from './disguise.ts'
import { EnrollScreen } from './enroll/enroll-screen.tsx'
import type { TypedAddress } from './enroll/offer.tsx'
import { ExceptionsScreen } from './exceptions/exceptions-screen.tsx'
import { HistoryScreen } from './history/history-screen.tsx'
import { PrivacyScreen } from './privacy/privacy-screen.tsx'
import { RequestScreen } from './request/request-screen.tsx'
import { RoutesProvider, useRoutes } from './routes.tsx'
import { SettingsScreen } from './settings/settings-screen.tsx'
import { Sidebar } from './sidebar.tsx'
import { StatusScreen } from './status/status-screen.tsx'
import { TextsProvider, useTexts } from './texts.tsx'
import { UnkeptProvider } from './unkept.tsx'
import '../ui/tokens.css'
import '../ui/base.css'
import './app.css'

/**
 * The window. How a screen is made is told in `renderer/README.md`.
 * `hostLanguage`: shown until the agent says which; `clock`: milliseconds.
 */
export function App(props: {
  readonly transport: Transport
  readonly hostLanguage: Language
  readonly clock: () => number
  readonly disguise?: Disguise | undefined
}) {
  const { transport, ...speech } = props
  return (
    <StrictMode>
      <AgentProvider transport={transport}>
        <TextsProvider {...speech}>
          <Announcer>
            <RoutesProvider>
              <UnkeptProvider>
                <Shell />
              </UnkeptProvider>
            </RoutesProvider>
          </Announcer>
        </TextsProvider>
      </AgentProvider>
    </StrictMode>
  )
}

function Shell() {
  useFocusKept()
  const { snapshot, away } = useAgentView()
  const { shared, say } = useTexts()
  if (snapshot !== undefined) return <Screens />
  return (
    <main className="whole">
      {away === undefined ? (
        <Busy text={shared.reading} />
      ) : (
        <PageHeader
          title="Postern"
          sentence={shared.agentAway}
          mark="offline"
          note={`${shared.agentAwayMore} ${say(shared.code, { code: away })}.`}
        />
      )}
    </main>
  )
}

/** Enrolment takes the whole window, until it is done or put off; what policy agreed to is shown there once. */
function Screens() {
  const { state, issuer, consent } = useSnapshot()
  const { place, step } = useRoutes()
  // Held until the person is through: enrolling ends the state that it began with.
  const [held, hold] = useState<'no' | 'yes' | 'put-off'>('no')
  // Kept here, so that another screen asked for meanwhile takes nothing of what was typed.
  const [typed, type] = useState<TypedAddress>({ host: '', code: '' })
  if (held === 'no' && ((issuer === null && state !== 'starting') || state === 'not-enrolled' || consent.unseen))
    hold('yes')
  if (place.screen === 'enroll' || (held === 'yes' && place.screen === 'status'))
    return (
      <main className="whole">
        <EnrollScreen key={step} onDone={() => hold('put-off')} typed={typed} onType={type} />
      </main>
    )
  return (
    <div className="window">
      <Sidebar />
      <main className="main">
        <div className="main-inside" key={step}>
          <CurrentScreen />
        </div>
      </main>
    </div>
  )
}

function CurrentScreen() {
  const { place } = useRoutes()
  switch (place.screen) {
    case 'request':
      return <RequestScreen />
    case 'exceptions':
      return <ExceptionsScreen />
    case 'history':
      return <HistoryScreen />
    case 'privacy':
      return <PrivacyScreen />
    case 'settings':
      return <SettingsScreen />
    default:
      return <StatusScreen />
  }
}
