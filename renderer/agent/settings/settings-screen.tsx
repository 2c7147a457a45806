import type { SettingsView } from '#contract/agent-windows.ts'
import type { SettingsTexts } from '#contract/texts/windows/settings-texts.ts'
import { Banner } from '../../ui/banner.tsx'
import { Busy } from '../../ui/busy.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { Screen } from '../parts/screen.tsx'
import { type Speech, useTexts } from '../texts.tsx'
import { GatewayFacts, KeyFacts, UpdateFacts } from './about-settings.tsx'
import { Diagnostics } from './diagnostics.tsx'
import { GeneralSettings } from './general-settings.tsx'
import { NotificationSettings } from './notification-settings.tsx'
import { Quit } from './quit.tsx'
import { useSettingsTexts } from './settings-words.ts'
import { useSettings } from './use-settings.ts'
import './settings.css'

/** What a person chooses, what the organisation decides, what this Postern is; and how it fares. */
export function SettingsScreen() {
  const settings = useSettings()
  const { sentences } = useSettingsTexts()
  const { shared, language, say } = useTexts()
  const { managed } = useSnapshot()
  const { view, unread, again } = settings
  return (
    <Screen
      title={shared.navigation.settings}
      {...(view === undefined ? {} : { sentence: sentenceOf(view, sentences, say) })}
    >
      {managed.remarks.length > 0 && <Ignored remarks={managed.remarks} />}
      {unread !== undefined && <FailureBanner refusal={unread} onAgain={again} />}
      {view === undefined && unread === undefined && <Busy text={shared.reading} />}
      {view !== undefined && (
        <>
          <GeneralSettings view={view} settings={settings} />
          <NotificationSettings view={view} settings={settings} />
          <GatewayFacts view={view} />
          <KeyFacts view={view} />
          <UpdateFacts view={view} />
        </>
      )}
      <Diagnostics key={language} />
      {view !== undefined && !view.hide_quit && <Quit />}
    </Screen>
  )
}

/** Who decides here; nothing is said before it is known. */
function sentenceOf({ governed }: SettingsView, sentences: SettingsTexts['sentences'], say: Speech['say']): string {
  return governed.length === 0 ? sentences.own : say(sentences.governed, { n: governed.length })
}

function Ignored({ remarks }: { readonly remarks: readonly string[] }) {
  const { ignored } = useSettingsTexts()
  const { plain } = useTexts()
  return (
    <Banner tone="attention" title={ignored.title}>
      <p>{ignored.more}</p>
      <ul>
        {remarks.map((remark) => (
          <li key={remark}>
            <code>{plain(remark, 500)}</code>
          </li>
        ))}
      </ul>
    </Banner>
  )
}
