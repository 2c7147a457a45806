import { useState } from 'react'
import type { EnrollmentPreview } from '#contract/ipc.ts'
import { enrollDe } from '#contract/texts/windows/enroll-de.ts'
import { enrollEn } from '#contract/texts/windows/enroll-en.ts'
import { useSnapshot } from '../agent-context.tsx'
import { HasOwnWay } from '../parts/next-step.tsx'
import { useRoutes } from '../routes.tsx'
import { useScreenTexts } from '../texts.tsx'
import { Described } from './described.tsx'
import { AlreadyEnrolled, Enrolled, Waiting } from './enrolled.tsx'
import { EnrolledByPolicy } from './enrolled-by-policy.tsx'
import { Offer, type TypedAddress } from './offer.tsx'
import './enroll.css'

const enrollTexts = { en: enrollEn, de: enrollDe }

type Phase =
  | { readonly kind: 'offer' }
  | { readonly kind: 'described'; readonly link: string; readonly preview: EnrollmentPreview }
  | { readonly kind: 'agreed' }

/**
 * Two questions to a person. Before "Continue" nothing is asked of anybody; after it the gateway's description is fetched
 * and nothing else; after "Enrol" this device enrols. `onDone`: the person is through, or has put it off.
 */
export function EnrollScreen(props: EnrollProps) {
  return (
    <HasOwnWay value={true}>
      <EnrollSteps {...props} />
    </HasOwnWay>
  )
}

type EnrollProps = {
  readonly onDone: () => void
  readonly typed: TypedAddress
  readonly onType: (typed: TypedAddress) => void
}

function EnrollSteps({ onDone, typed, onType }: EnrollProps) {
  const { state, issuer, consent } = useSnapshot()
  const { place, go } = useRoutes()
  const texts = useScreenTexts(enrollTexts)
  const [phase, setPhase] = useState<Phase>({ kind: 'offer' })
  const leave = (screen: 'status' | 'privacy') => {
    onDone()
    go({ screen })
  }
  const toStatus = () => leave('status')
  if (phase.kind === 'agreed')
    return state === 'waiting-approval' ? (
      <Waiting texts={texts} onStatus={toStatus} />
    ) : (
      <Enrolled texts={texts} onStatus={toStatus} onPrivacy={() => leave('privacy')} />
    )
  if (consent.unseen) return <EnrolledByPolicy texts={texts} onDone={toStatus} />
  if (state === 'waiting-approval') return <Waiting texts={texts} onStatus={toStatus} />
  if (issuer !== null && state !== 'not-enrolled' && state !== 'key-missing')
    return <AlreadyEnrolled texts={texts} issuer={issuer} onStatus={toStatus} />
  if (phase.kind === 'described')
    return (
      <Described
        texts={texts}
        link={phase.link}
        preview={phase.preview}
        onEnrolled={() => {
          onType({ host: '', code: '' })
          setPhase({ kind: 'agreed' })
        }}
        onNotNow={toStatus}
      />
    )
  return (
    <Offer
      texts={texts}
      link={place.link}
      typed={typed}
      onType={onType}
      onDescribed={(link, preview) => setPhase({ kind: 'described', link, preview })}
      onNotNow={toStatus}
    />
  )
}
