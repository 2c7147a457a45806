import { useState } from 'react'
import type { Diagnostics as Found } from '#contract/agent-windows.ts'
import { useAnnounce } from '../../ui/announcer.tsx'
import { Busy } from '../../ui/busy.tsx'
import { Button, Buttons } from '../../ui/button.tsx'
import { Disclosure } from '../../ui/disclosure.tsx'
import { type MarkKind, StateMark } from '../../ui/state-mark.tsx'
import { Row, Rows, Section, Surface } from '../../ui/surface.tsx'
import { useAsk } from '../ask.ts'
import { CopyButton } from '../parts/copy.tsx'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { useKept } from '../parts/kept.ts'
import { type Speech, useTexts } from '../texts.tsx'
import { factWords } from './fact-words.ts'
import { Facts } from './facts.tsx'
import { useSettingsTexts, wordOf } from './settings-words.ts'

/** What `postern doctor` finds, looked for when a person asks; and its export, shown before it goes anywhere. */
export function Diagnostics() {
  const { diagnostics: texts } = useSettingsTexts()
  const { shared, language, say } = useTexts()
  const announce = useAnnounce()
  const { asked, ask } = useAsk('diagnostics/preview')
  const { value, refusal } = useKept(asked)
  const onLook = async () => {
    const reply = await ask({ language })
    if (reply.ok) announce(summary(reply.value, texts, say))
  }
  return (
    <Section title={texts.title} note={texts.note}>
      <Buttons>
        <Button kind="quiet" icon="eye" isPending={asked.kind === 'asking'} onPress={() => void onLook()} act="look">
          {value === undefined ? texts.look : texts.lookAgain}
        </Button>
      </Buttons>
      {asked.kind === 'asking' && value === undefined && <Busy text={shared.reading} />}
      {refusal !== undefined && <FailureBanner refusal={refusal} onAgain={() => void onLook()} />}
      {value !== undefined && <FoundThings found={value} />}
    </Section>
  )
}

type Severity = Found['findings'][number]['state']
const marks: { readonly [State in Severity]: MarkKind } = {
  wrong: 'refused',
  unknown: 'unknown',
  note: 'pending',
  fine: 'good',
}
const order: readonly Severity[] = ['wrong', 'unknown', 'note']

function FoundThings({ found }: { readonly found: Found }) {
  const all = useSettingsTexts()
  const { diagnostics: texts } = all
  const speech = useTexts()
  const { say, moment } = speech
  const pressing = order.flatMap((state) => found.findings.filter((finding) => finding.state === state))
  const fine = found.findings.filter(({ state }) => state === 'fine')
  const hasWrong = pressing.some(({ state }) => state === 'wrong' || state === 'unknown')
  return (
    <>
      <p className="found-summary">
        <StateMark kind={hasWrong ? 'attention' : 'good'} />
        <span className="found-said">{summary(found, texts, say)}</span>
        <span className="soft">{say(texts.at, { time: moment(found.at) })}</span>
      </p>
      {pressing.length > 0 && <FindingRows findings={pressing} />}
      {pressing.length === 0 && <FindingRows findings={fine} />}
      {pressing.length > 0 && fine.length > 0 && (
        <Disclosure look="line" summary={say(texts.fine, { n: fine.length })}>
          <FindingRows findings={fine} />
        </Disclosure>
      )}
      <Disclosure look="line" summary={texts.facts} act="facts">
        <Surface>
          <Facts rows={factRows(found.facts, all, speech)} />
        </Surface>
      </Disclosure>
      <Export text={found.text} />
    </>
  )
}

function FindingRows({ findings }: Pick<Found, 'findings'>) {
  const { diagnostics: texts } = useSettingsTexts()
  return (
    <Rows label={texts.title}>
      {findings.map((finding) => (
        <FindingRow key={finding.id + finding.says} finding={finding} />
      ))}
    </Rows>
  )
}

function FindingRow({ finding }: { readonly finding: Found['findings'][number] }) {
  const { diagnostics: texts } = useSettingsTexts()
  const { plain } = useTexts()
  const more = [finding.why, finding.todo].filter((text) => text !== null)
  return (
    <Row
      mark={<StateMark kind={marks[finding.state]} />}
      text={plain(finding.says, 1000)}
      {...(more.length === 0
        ? {}
        : {
            note: more.map((text) => (
              <span key={text} className="found-more">
                {plain(text, 1000)}
              </span>
            )),
          })}
      aside={texts.states[finding.state]}
    />
  )
}

/** A row for each name; there are several processes. */
function factRows(facts: Found['facts'], texts: ReturnType<typeof useSettingsTexts>, speech: Speech) {
  const names = [...new Set(facts.map(({ name }) => name))]
  return names.map((name) => {
    const values = facts.filter((fact) => fact.name === name).map((fact) => factWords(fact, texts, speech))
    return [
      wordOf(texts.diagnostics.names, name),
      <span key={name} className="facts-lines">
        {values.join('\n')}
      </span>,
    ] as const
  })
}

/** The redacted text first; where it goes is the person's own act. */
function Export({ text }: { readonly text: string }) {
  const { diagnostics: texts } = useSettingsTexts()
  const { say } = useTexts()
  const announce = useAnnounce()
  const [isShown, setIsShown] = useState(false)
  const { asked, ask } = useAsk('diagnostics/save')
  const savedAt = asked.kind === 'answered' ? asked.value.path : null
  const onSave = async () => {
    const reply = await ask({ text })
    if (reply.ok && reply.value.path !== null) announce(say(texts.saved, { path: reply.value.path }))
  }
  if (!isShown)
    return (
      <Buttons>
        <Button kind="quiet" icon="save" onPress={() => setIsShown(true)} act="export">
          {texts.export}
        </Button>
      </Buttons>
    )
  return (
    <Surface>
      <h3 className="export-title">{texts.exportTitle}</h3>
      <p className="facts-note soft">{texts.exportNote}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
      <section className="export-text" aria-label={texts.textLabel} tabIndex={0}>
        <pre translate="no">{text}</pre>
      </section>
      <Buttons>
        <Button kind="quiet" icon="save" isPending={asked.kind === 'asking'} onPress={() => void onSave()}>
          {texts.save}
        </Button>
        <CopyButton text={text} />
        {savedAt !== null && <span className="soft">{say(texts.saved, { path: savedAt })}</span>}
      </Buttons>
      {asked.kind === 'failed' && <FailureBanner refusal={asked.refusal} onAgain={() => void onSave()} />}
    </Surface>
  )
}

function summary(
  { findings }: Found,
  texts: ReturnType<typeof useSettingsTexts>['diagnostics'],
  say: ReturnType<typeof useTexts>['say'],
): string {
  const n = findings.filter(({ state }) => state === 'wrong' || state === 'unknown').length
  return n === 0 ? texts.allFine : say(texts.found, { n })
}
