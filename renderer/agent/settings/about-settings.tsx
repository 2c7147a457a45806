import type { SettingsView } from '#contract/agent-windows.ts'
import { Button, Buttons } from '../../ui/button.tsx'
import { Section, Surface } from '../../ui/surface.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { useAsk } from '../ask.ts'
import { CopyButton } from '../parts/copy.tsx'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { raisedText } from '../parts/raised-text.ts'
import { useRoutes } from '../routes.tsx'
import { useTexts } from '../texts.tsx'
import { Facts } from './facts.tsx'
import { ManagedNote } from './managed-note.tsx'
import { useSettingsTexts, wordOf } from './settings-words.ts'

/** Which Postern this is, and who brings the next one. */
export function UpdateFacts({ view }: { readonly view: SettingsView }) {
  const { updates } = useSettingsTexts()
  const { version } = useSnapshot()
  const { plain } = useTexts()
  const { install_kind, by } = view.updates
  return (
    <Section title={updates.title}>
      <Surface>
        <Facts
          rows={[
            [updates.version, plain(version, 64)],
            [updates.installed, updates.kinds[install_kind]],
            [
              updates.by,
              <>
                {updates.bringers[by]}
                {view.governed.includes('UpdateMode') && <ManagedNote />}
              </>,
            ],
          ]}
        />
      </Surface>
    </Section>
  )
}

/** Whom this device reports to. */
export function GatewayFacts({ view }: { readonly view: SettingsView }) {
  const { gateway: texts } = useSettingsTexts()
  const { plain, shared } = useTexts()
  const { go } = useRoutes()
  const help = useAsk('settings-link/open')
  const { gateway } = view
  const onHelp = () => void help.ask({ kind: 'support' })
  return (
    <Section title={texts.title}>
      <Surface>
        {gateway === null ? (
          <>
            <p>{texts.none}</p>
            <div className="facts-actions">
              <Buttons>
                <Button kind="primary" act="enroll" onPress={() => go({ screen: 'enroll' })}>
                  {shared.next.enroll}
                </Button>
              </Buttons>
            </div>
          </>
        ) : (
          <Facts
            rows={[
              [texts.organisation, plain(gateway.organisation, 80)],
              [
                texts.address,
                <>
                  {plain(gateway.issuer, 300)}
                  {view.governed.includes('ServerUrl') && <ManagedNote />}
                </>,
              ],
              [texts.owner, gateway.owner === null ? undefined : plain(gateway.owner, 200)],
              [texts.contact, gateway.contact === null ? undefined : plain(gateway.contact, 320)],
              [texts.device, gateway.device_id === null ? undefined : <Copied key="device" text={gateway.device_id} />],
            ]}
          />
        )}
        {view.support && (
          <div className="facts-actions">
            <Buttons>
              <Button kind="quiet" icon="open" isPending={help.asked.kind === 'asking'} onPress={onHelp}>
                {texts.help}
              </Button>
            </Buttons>
            {help.asked.kind === 'failed' && <FailureBanner refusal={help.asked.refusal} onAgain={onHelp} />}
          </div>
        )}
      </Surface>
    </Section>
  )
}

/** Where the device key is, how far it can be trusted, and what that does not mean. */
export function KeyFacts({ view }: { readonly view: SettingsView }) {
  const { key: texts } = useSettingsTexts()
  const { keys, moment, plain, locale } = useTexts()
  const { key_store } = useSnapshot()
  const { key } = view
  const isNoneYet = key.state === 'missing' && key.kid === null
  const why = key_store.reason === null ? undefined : keys.reasons[key_store.reason]
  const state = isNoneYet ? texts.noneYet : wordOf(texts.states, key.state)
  return (
    <Section title={texts.title}>
      <Surface>
        <Facts
          rows={[
            [
              texts.place,
              key.back_end === null || isNoneYet
                ? undefined
                : plain(raisedText(wordOf(keys.stores, key.back_end), locale), 64),
            ],
            [
              texts.state,
              <>
                {plain(state)}
                {why !== undefined && !isNoneYet && <span className="facts-why soft">{why}</span>}
              </>,
            ],
            [texts.trust, key.tier === null ? undefined : plain(wordOf(texts.tiers, key.tier), 80)],
            [texts.id, key.kid === null ? undefined : <Copied key="kid" text={key.kid} />],
            [texts.created, key.created_at === null ? undefined : moment(key.created_at)],
          ]}
        />
        <p className="facts-note soft">{texts.sentence}</p>
      </Surface>
    </Section>
  )
}

/** A text that nobody types, to be copied. */
function Copied({ text }: { readonly text: string }) {
  return (
    <span className="facts-copied">
      <code translate="no">{text}</code>
      <CopyButton text={text} />
    </span>
  )
}
