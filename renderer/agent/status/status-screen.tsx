import { useEffect, useRef } from 'react'
import type { Snapshot } from '#contract/ipc.ts'
import { statusDe } from '#contract/texts/windows/status-de.ts'
import { statusEn } from '#contract/texts/windows/status-en.ts'
import { useAnnounce } from '../../ui/announcer.tsx'
import { Disclosure } from '../../ui/disclosure.tsx'
import type { MarkKind } from '../../ui/state-mark.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { Screen } from '../parts/screen.tsx'
import { useScreenTexts, useTexts } from '../texts.tsx'
import { AboutVerdict } from './about-verdict.tsx'
import { AccessList } from './access-list.tsx'
import { FindingList } from './finding-list.tsx'
import { ReadingList } from './reading-list.tsx'
import { StateActions } from './state-actions.tsx'
import { KeyHelp, StateBanners } from './state-banners.tsx'
import { stateSentence } from './state-sentence.ts'
import { statusGroups } from './status-rows.ts'

const statusTexts = { en: statusEn, de: statusDe }

const marks: { readonly [State in Snapshot['state']]: MarkKind } = {
  starting: 'pending',
  'update-required': 'attention',
  'not-enrolled': 'unknown',
  'waiting-approval': 'pending',
  'key-locked': 'attention',
  'key-unavailable': 'attention',
  'key-missing': 'attention',
  quarantined: 'refused',
  offline: 'offline',
  'verdict-old': 'unknown',
  refused: 'refused',
  restricted: 'attention',
  grace: 'attention',
  excepted: 'excepted',
  warning: 'attention',
  'nothing-asked': 'unknown',
  healthy: 'good',
}

/** What the gateway said about this device, how old it is, and how each finding is put right. */
export function StatusScreen() {
  const snapshot = useSnapshot()
  const texts = useScreenTexts(statusTexts)
  const speech = useTexts()
  const { sentence, notes } = stateSentence(snapshot, texts, speech)
  useChangesSaid(snapshot.state, sentence)
  const groups = statusGroups(snapshot, speech.words)
  return (
    <Screen
      title={speech.shared.navigation.status}
      sentence={sentence}
      mark={marks[snapshot.state]}
      note={notes.map((note) => <p key={note}>{note}</p>)}
      actions={<StateActions snapshot={snapshot} texts={texts} />}
      offline={false}
    >
      <StateBanners snapshot={snapshot} texts={texts} />
      <KeyHelp snapshot={snapshot} texts={texts} />
      {snapshot.result === null ? (
        <ReadingList snapshot={snapshot} texts={texts} />
      ) : (
        <>
          {stillCounts(snapshot, snapshot.result.exp) ? (
            <>
              <FindingList groups={groups} texts={texts} />
              <AccessList snapshot={snapshot} texts={texts} />
            </>
          ) : (
            <Disclosure
              look="line"
              level={2}
              summary={speech.say(texts.lastVerdict, {
                time: speech.moment(snapshot.result_at ?? snapshot.result.iat),
              })}
            >
              <div className="status-past">
                <FindingList groups={groups} texts={texts} />
              </div>
            </Disclosure>
          )}
          <AboutVerdict snapshot={snapshot} texts={texts} />
        </>
      )}
    </Screen>
  )
}

/** Whether what the gateway said last is still what it says: neither run out nor set aside. */
function stillCounts({ state, told_at }: Snapshot, expires: number): boolean {
  return state !== 'verdict-old' && state !== 'quarantined' && expires > told_at
}

const urgent = ['refused', 'restricted', 'quarantined']

/** Says a new state aloud, once; not the one that the screen began with, which its heading tells. */
function useChangesSaid(state: string, sentence: string): void {
  const announce = useAnnounce()
  const before = useRef(state)
  useEffect(() => {
    if (before.current === state) return
    before.current = state
    announce(sentence, urgent.includes(state) ? 'assertive' : 'polite')
  }, [announce, state, sentence])
}
