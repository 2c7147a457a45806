import { useState } from 'react'
import type { Snapshot } from '#contract/ipc.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Section } from '../../ui/surface.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { useAsk } from '../ask.ts'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { type Speech, useTexts } from '../texts.tsx'
import { useSettingsTexts } from './settings-words.ts'

/** Ends Postern, once a person has read what ends with it, and when. */
export function Quit() {
  const { quit: texts } = useSettingsTexts()
  const speech = useTexts()
  const snapshot = useSnapshot()
  const { asked, ask } = useAsk('app/quit')
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Section title={texts.title} note={isReporting(snapshot) ? texts.note : texts.noteNotEnrolled}>
      <div>
        <Button kind="danger" onPress={() => setIsOpen(true)} act="quit">
          {texts.action}
        </Button>
      </div>
      <Dialog
        title={texts.question}
        role="alertdialog"
        isOpen={isOpen}
        onClose={() => setIsOpen(false)}
        actions={
          <>
            <Button kind="danger" isPending={asked.kind === 'asking'} onPress={() => void ask(undefined)}>
              {texts.confirm}
            </Button>
            <Button kind="quiet" autoFocus onPress={() => setIsOpen(false)}>
              {texts.stay}
            </Button>
          </>
        }
      >
        <p>{whatEnds(snapshot, texts, speech)}</p>
        <p>{texts.kept}</p>
        {asked.kind === 'failed' && <FailureBanner refusal={asked.refusal} />}
      </Dialog>
    </Section>
  )
}

/** Access lasts as long as the verdict counts: no report, no newer one. */
function whatEnds(
  snapshot: Snapshot,
  texts: ReturnType<typeof useSettingsTexts>['quit'],
  { say, moment, now }: Speech,
): string {
  const { result } = snapshot
  if (!isReporting(snapshot)) return texts.notEnrolled
  const isOpen = result?.resources.some(({ access }) => access !== 'refuse') === true && result.exp > now
  return isOpen ? say(texts.losesAccess, { time: moment(result.exp) }) : texts.noAccess
}

/** A device that waits, or whose key is over, reports nothing. */
function isReporting({ device_id, state }: Snapshot): boolean {
  return device_id !== null && state !== 'not-enrolled'
}
