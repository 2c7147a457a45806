import type { EnrollTexts } from '#contract/texts/windows/enroll-texts.ts'
import { Button } from '../../ui/button.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { Screen } from '../parts/screen.tsx'
import { useTexts } from '../texts.tsx'

type Props = { readonly texts: EnrollTexts; readonly onStatus: () => void }

/** It is done. */
export function Enrolled({ texts, onStatus, onPrivacy }: Props & { readonly onPrivacy: () => void }) {
  const { organisation, owner } = useSnapshot()
  const { say, shared } = useTexts()
  const { done } = texts
  return (
    <Screen
      title={texts.title}
      sentence={say(done.enrolled, { org: organisation ?? shared.yourAdministrator })}
      mark="good"
      note={owner === null ? done.enrolledNoOwner : say(done.enrolledNote, { owner })}
      offline={false}
      actions={
        <>
          <Button kind="primary" onPress={onStatus} act="show-status">
            {done.showStatus}
          </Button>
          <Button kind="plain" onPress={onPrivacy}>
            {done.showPrivacy}
          </Button>
        </>
      }
    />
  )
}

/** An administrator has to approve. The state that replaces this one comes by itself. */
export function Waiting({ texts, onStatus }: Props) {
  const { organisation } = useSnapshot()
  const { say, shared } = useTexts()
  const { done } = texts
  return (
    <Screen
      title={texts.title}
      sentence={say(done.waiting, { org: organisation ?? shared.yourAdministrator })}
      mark="pending"
      note={done.waitingNote}
      offline={false}
      actions={
        <Button kind="quiet" onPress={onStatus} act="show-status">
          {done.showStatus}
        </Button>
      }
    />
  )
}

/** A link came to a device that has a gateway: it changes nothing. */
export function AlreadyEnrolled({ texts, issuer, onStatus }: Props & { readonly issuer: string }) {
  const { say } = useTexts()
  const { done } = texts
  return (
    <Screen
      title={texts.title}
      sentence={say(done.already, { host: issuer.replace(/^https?:\/\//, '') })}
      mark="good"
      note={done.alreadyNote}
      offline={false}
      actions={
        <Button kind="primary" onPress={onStatus} act="show-status">
          {done.showStatus}
        </Button>
      }
    />
  )
}
