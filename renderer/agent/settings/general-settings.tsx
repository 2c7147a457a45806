import type { SettingsView } from '#contract/agent-windows.ts'
import { Select } from '../../ui/choice.tsx'
import { Rows, Section } from '../../ui/surface.tsx'
import { Switch } from '../../ui/switch.tsx'
import { SettingRow } from './setting-row.tsx'
import { useSettingsTexts } from './settings-words.ts'
import type { Settings } from './use-settings.ts'

const languages = ['system', 'en', 'de'] as const

/** Language, start at login as it really is, and whether there is a tray. */
export function GeneralSettings({ view, settings }: { readonly view: SettingsView; readonly settings: Settings }) {
  const texts = useSettingsTexts().general
  const { refused } = settings
  const { autostart } = view
  const language = view.language ?? 'system'
  const isOn = autostart.state === 'on'
  const onOff = isOn ? texts.on : texts.off
  return (
    <Section title={texts.title}>
      <Rows>
        <SettingRow
          name={texts.language}
          note={texts.languageNote}
          value={texts.languages[language]}
          isManaged={view.governed.includes('Language')}
          refusal={refused?.of === 'language' ? refused.refusal : undefined}
          control={
            <Select
              label={texts.language}
              value={language}
              onChange={(id) => settings.change({ language: id === 'system' ? null : id })}
              choices={languages.map((id) => ({ id, label: texts.languages[id] }))}
            />
          }
        />
        <SettingRow
          name={texts.autostart}
          note={
            <>
              {texts.autostartNotes[autostart.state]}
              {!autostart.changeable && isOn && ` ${texts.autostartFixed}`}
            </>
          }
          {...(autostart.state === 'not-here' ? {} : { value: onOff })}
          refusal={refused?.of === 'autostart' ? refused.refusal : undefined}
          {...(autostart.changeable
            ? {
                control: (
                  <Switch
                    label={texts.autostart}
                    isSelected={isOn || autostart.state === 'requires-approval'}
                    onChange={(on) => settings.change({ autostart: on })}
                    act="autostart"
                  />
                ),
              }
            : {})}
        />
        <SettingRow name={texts.tray} note={texts.trayStates[view.tray]} />
      </Rows>
    </Section>
  )
}
