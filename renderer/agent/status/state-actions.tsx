import type { Snapshot } from '#contract/ipc.ts'
import type { StatusTexts } from '#contract/texts/windows/status-texts.ts'
import { Button } from '../../ui/button.tsx'
import { useAgent } from '../agent-context.tsx'
import { useAsk } from '../ask.ts'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { useRoutes } from '../routes.tsx'

type Step = 'check' | 'check-first' | 'enroll' | 'enroll-again' | 'key' | 'none'

const steps: { readonly [State in Snapshot['state']]: Step } = {
  starting: 'none',
  'update-required': 'none',
  'not-enrolled': 'enroll',
  'waiting-approval': 'none',
  'key-locked': 'key',
  'key-unavailable': 'key',
  'key-missing': 'enroll-again',
  quarantined: 'none',
  offline: 'check-first',
  'verdict-old': 'check-first',
  refused: 'check',
  restricted: 'check',
  grace: 'check',
  excepted: 'check',
  warning: 'check',
  'nothing-asked': 'check',
  healthy: 'check',
}

/** The next step of a state, as a button; where findings have steps of their own it is only to check again. */
export function StateActions({ snapshot, texts }: { readonly snapshot: Snapshot; readonly texts: StatusTexts }) {
  const { go } = useRoutes()
  const { actions } = texts
  const step = steps[snapshot.state]
  switch (step) {
    case 'enroll':
    case 'enroll-again':
      return (
        <Button kind="primary" onPress={() => go({ screen: 'enroll' })}>
          {step === 'enroll' ? actions.enroll : actions.enrollAgain}
        </Button>
      )
    case 'key':
      return <TryKeyAgain texts={texts} />
    case 'check':
    case 'check-first':
      return (
        <CheckNow
          kind={step === 'check' ? 'quiet' : 'primary'}
          text={snapshot.state === 'offline' ? actions.tryAgain : actions.checkNow}
          texts={texts}
          isChecking={snapshot.checking}
        />
      )
    default:
      return null
  }
}

/** Takes all readings anew and asks the gateway. */
export function CheckNow(props: {
  readonly kind: 'primary' | 'quiet' | 'plain'
  readonly text: string
  readonly texts: StatusTexts
  readonly isChecking: boolean
}) {
  const { store } = useAgent()
  const { asked, ask } = useAsk('posture/check-now')
  const isChecking = props.isChecking || asked.kind === 'asking'
  const check = async () => {
    const reply = await ask(undefined)
    if (reply.ok) store.take(reply.value)
  }
  return (
    <>
      <Button kind={props.kind} icon="again" isPending={isChecking} onPress={() => void check()}>
        {isChecking ? props.texts.actions.checking : props.text}
      </Button>
      {asked.kind === 'failed' && <FailureBanner refusal={asked.refusal} />}
    </>
  )
}

function TryKeyAgain({ texts }: { readonly texts: StatusTexts }) {
  const { store } = useAgent()
  const { asked, ask } = useAsk('key/try-again')
  const tryAgain = async () => {
    const reply = await ask(undefined)
    if (reply.ok) store.take(reply.value)
  }
  return (
    <>
      <Button kind="primary" icon="again" isPending={asked.kind === 'asking'} onPress={() => void tryAgain()}>
        {texts.actions.tryAgain}
      </Button>
      {asked.kind === 'failed' && <FailureBanner refusal={asked.refusal} />}
    </>
  )
}
