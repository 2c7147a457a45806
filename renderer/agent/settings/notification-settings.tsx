import type { QuietHours, SettingsView } from '#contract/agent-windows.ts'
import { useAnnounce } from '../../ui/announcer.tsx'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/choice.tsx'
import { Row, Rows, Section } from '../../ui/surface.tsx'
import { Switch } from '../../ui/switch.tsx'
import { useAgent, useSnapshot } from '../agent-context.tsx'
import { useAsk } from '../ask.ts'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { useTexts } from '../texts.tsx'
import { notificationLevels, usualQuietHours } from './notification-levels.ts'
import { SettingRow } from './setting-row.tsx'
import { useSettingsTexts } from './settings-words.ts'
import type { Settings } from './use-settings.ts'

/** What is told outside the window, when, and which reminders are silent. */
export function NotificationSettings({ view, settings }: { readonly view: SettingsView; readonly settings: Settings }) {
  const texts = useSettingsTexts().notifications
  const { refused } = settings
  const quiet = view.quiet_hours
  return (
    <Section title={texts.title}>
      <Rows>
        <SettingRow
          name={texts.level}
          note={texts.levelNotes[view.notifications]}
          value={texts.levels[view.notifications]}
          isManaged={view.governed.includes('Notifications')}
          refusal={refused?.of === 'notifications' ? refused.refusal : undefined}
          control={
            <Select
              label={texts.level}
              value={view.notifications}
              onChange={(notifications) => settings.change({ notifications })}
              choices={notificationLevels.map((id) => ({ id, label: texts.levels[id] }))}
            />
          }
        />
        <SettingRow
          name={texts.quiet}
          note={texts.quietNote}
          refusal={refused?.of === 'quiet_hours' ? refused.refusal : undefined}
          control={
            <Switch
              label={texts.quiet}
              isSelected={quiet !== null}
              onChange={(on) => settings.change({ quiet_hours: on ? usualQuietHours : null })}
              act="quiet-hours"
            />
          }
        >
          {quiet !== null && <Hours quiet={quiet} settings={settings} />}
        </SettingRow>
        {view.snoozed.map((each) => (
          <SnoozedRow key={each.check} {...each} />
        ))}
      </Rows>
    </Section>
  )
}

function Hours({ quiet, settings }: { readonly quiet: QuietHours; readonly settings: Settings }) {
  const texts = useSettingsTexts().notifications
  const { locale } = useTexts()
  const side = (name: 'from' | 'to') => (
    <Select
      label={texts[name]}
      value={quiet[name]}
      onChange={(hour) => settings.change({ quiet_hours: { ...quiet, [name]: hour } })}
      choices={hoursWith(quiet[name]).map((hour) => ({ id: hour, label: hourText(hour, locale) }))}
    />
  )
  return (
    <div className="hours">
      {side('from')}
      {side('to')}
    </div>
  )
}

/** Every half hour, and the one that is set should it lie between. */
function hoursWith(set: string): readonly string[] {
  const halves = Array.from({ length: 48 }, (_, n) => `${String(n >> 1).padStart(2, '0')}:${n % 2 === 0 ? '00' : '30'}`)
  return halves.includes(set) ? halves : [...halves, set].sort()
}

function hourText(hour: string, locale: string): string {
  const [hours = 0, minutes = 0] = hour.split(':').map(Number)
  const format = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    timeZone: 'UTC',
  })
  return format.format(Date.UTC(2000, 0, 1, hours, minutes))
}

function SnoozedRow({ check, until }: { readonly check: string; readonly until: number }) {
  const texts = useSettingsTexts().notifications
  const { say, spoken, moment } = useTexts()
  const { checks } = useSnapshot()
  const { store } = useAgent()
  const announce = useAnnounce()
  const { asked, ask } = useAsk('reminder/snooze')
  const title = spoken(checks.find(({ id }) => id === check)?.title) ?? check
  const onUndo = async () => {
    const reply = await ask({ check, until: null })
    if (!reply.ok) return
    announce(texts.undone)
    store.take(reply.value)
  }
  return (
    <Row>
      <div className="setting">
        <div className="setting-line">
          <div className="setting-said">
            <span className="setting-name">{title}</span>
            <span className="setting-note soft">{say(texts.snoozedUntil, { time: moment(until) })}</span>
          </div>
          <Button
            kind="plain"
            icon="again"
            label={say(texts.undoOf, { check: title })}
            isPending={asked.kind === 'asking'}
            onPress={() => void onUndo()}
          >
            {texts.undo}
          </Button>
        </div>
        {asked.kind === 'failed' && <FailureBanner refusal={asked.refusal} />}
      </div>
    </Row>
  )
}
