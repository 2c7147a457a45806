import { createContext, useContext } from 'react'
import type { SharedTexts } from '#contract/texts/windows/shared-texts.ts'
import { Button } from '../../ui/button.tsx'
import { useAgent } from '../agent-context.tsx'
import { useAsk } from '../ask.ts'
import { type Place, useRoutes } from '../routes.tsx'
import { useTexts } from '../texts.tsx'

type Way = { readonly text: keyof SharedTexts['next']; readonly place: Place }

/** Failures that another screen mends. */
const ways: ReadonlyMap<string, Way> = new Map([
  ['not_enrolled', { text: 'enroll', place: { screen: 'enroll' } }],
  ['retired_key', { text: 'enrollAgain', place: { screen: 'enroll' } }],
  ['key_missing', { text: 'enrollAgain', place: { screen: 'enroll' } }],
  ['consent_missing', { text: 'fields', place: { screen: 'privacy' } }],
  ['consent_changed', { text: 'fields', place: { screen: 'privacy' } }],
  ['posture_failed', { text: 'status', place: { screen: 'status' } }],
  ['drafts_full', { text: 'drafts', place: { screen: 'exceptions' } }],
  ['device_silent', { text: 'status', place: { screen: 'status' } }],
])

/** Failures after which the key store is looked at anew before anything else is tried. */
const ofKeyStore: readonly string[] = ['key_locked', 'key_unavailable']

/** Where a screen has the way itself, as enrolment has: a failure in it leads nowhere else. */
export const HasOwnWay = createContext(false)

/** What the window can do about a failure, as buttons: the screen that mends it, the keychain looked at again, or once more. */
export function NextStep({ code, onAgain }: { readonly code: string; readonly onAgain?: (() => void) | undefined }) {
  const { go, place } = useRoutes()
  const { shared } = useTexts()
  const isOwn = useContext(HasOwnWay)
  const way = ways.get(code)
  if (ofKeyStore.includes(code)) return <KeyAgain onAgain={onAgain} />
  return (
    <>
      {way !== undefined && !isOwn && way.place.screen !== place.screen && (
        <Button kind="link" act="next-step" onPress={() => go(way.place)}>
          {shared.next[way.text]}
        </Button>
      )}
      {onAgain !== undefined && (
        <Button kind="link" onPress={onAgain}>
          {shared.tryAgain}
        </Button>
      )}
    </>
  )
}

/** Looks whether the keychain is open by now, and then does what failed. */
function KeyAgain({ onAgain }: { readonly onAgain?: (() => void) | undefined }) {
  const { store } = useAgent()
  const { shared } = useTexts()
  const { asked, ask } = useAsk('key/try-again')
  const tryAgain = async () => {
    const reply = await ask(undefined)
    if (reply.ok) store.take(reply.value)
    onAgain?.()
  }
  return (
    <Button kind="link" isPending={asked.kind === 'asking'} onPress={() => void tryAgain()}>
      {shared.tryAgain}
    </Button>
  )
}
