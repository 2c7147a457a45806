import { useState } from 'react'
import { Button as PressButton } from 'react-aria-components'
import { Button } from '../ui/button.tsx'
import { Icon, type IconName, PosternMark } from '../ui/icon.tsx'
import { useAgentView, useSnapshot } from './agent-context.tsx'
import { type Place, useRoutes } from './routes.tsx'
import { useTexts } from './texts.tsx'

const places = ['status', 'exceptions', 'history', 'privacy', 'settings'] as const satisfies readonly IconName[]

/** The screens by name, and beneath them how the window hears of changes. Where the window is narrow, a menu. */
export function Sidebar() {
  const { organisation, stream, device_id, state, development } = useSnapshot()
  const { away } = useAgentView()
  const { place, go } = useRoutes()
  const { shared, say } = useTexts()
  const [isOpen, setIsOpen] = useState(false)
  const open = useOpenExceptions()
  // A record that waits, or whose key is over, makes no device that anybody manages or tells anything.
  const isEnrolled = device_id !== null && state !== 'not-enrolled'
  const move = (to: Place) => {
    setIsOpen(false)
    go(to)
  }
  return (
    <header className={isOpen ? 'sidebar sidebar-open' : 'sidebar'}>
      <div className="sidebar-inside">
        <div className="sidebar-top">
          <div className="brand">
            <PosternMark size={22} />
            <span translate="no">Postern</span>
            {development && <span className="brand-tag">{shared.development}</span>}
          </div>
          <div className="menu-button">
            <Button kind="plain" icon={isOpen ? 'close' : 'menu'} onPress={() => setIsOpen(!isOpen)}>
              {isOpen ? shared.close : shared.navigation.menu}
            </Button>
          </div>
        </div>
        <nav aria-label={shared.navigation.label}>
          <ul className="places">
            {places.map((screen) => (
              <li key={screen}>
                <PressButton
                  className="place"
                  onPress={() => move({ screen })}
                  {...(screenOf(place) === screen ? { 'aria-current': 'page' as const } : {})}
                >
                  <Icon name={screen} />
                  <span className="place-text">{shared.navigation[screen]}</span>
                  {screen === 'exceptions' && open > 0 && <span className="place-count">{open}</span>}
                </PressButton>
              </li>
            ))}
          </ul>
        </nav>
        {isEnrolled && (
          <div className="sidebar-foot">
            <span className={`stream stream-${away === undefined ? stream : 'off'}`}>
              <span className="stream-dot" aria-hidden="true" />
              {away === undefined ? shared.stream[stream] : shared.agentAway}
            </span>
            {organisation !== null && <span>{say(shared.managedBy, { org: organisation })}</span>}
          </div>
        )}
      </div>
    </header>
  )
}

/** The screen that a place belongs to in the list. */
function screenOf({ screen }: Place): Place['screen'] {
  return screen === 'request' ? 'exceptions' : screen
}

/** How many requests and exceptions are open or in force. */
function useOpenExceptions(): number {
  return useSnapshot().exceptions.requests.length
}
