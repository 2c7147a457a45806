import type { Page } from 'playwright-core'
import type { Language } from '#contract/agent-windows.ts'
import { enrollDe } from '#contract/texts/windows/enroll-de.ts'
import { enrollEn } from '#contract/texts/windows/enroll-en.ts'
import { privacyDe } from '#contract/texts/windows/privacy-de.ts'
import { privacyEn } from '#contract/texts/windows/privacy-en.ts'
import { requestDe } from '#contract/texts/windows/request-de.ts'
import { requestEn } from '#contract/texts/windows/request-en.ts'
import { settingsDe } from '#contract/texts/windows/settings-de.ts'
import { settingsEn } from '#contract/texts/windows/settings-en.ts'
import type { Act, ActName } from '../picture-states/picture-state.ts'

const enroll = { en: enrollEn, de: enrollDe }
const privacy = { en: privacyEn, de: privacyDe }
const request = { en: requestEn, de: requestDe }
const settings = { en: settingsEn, de: settingsDe }

/** What is written on the button of each act. */
const labels: { readonly [Name in ActName]: (language: Language) => string } = {
  continue: (language) => enroll[language].offer.continue,
  enroll: (language) => enroll[language].described.enroll,
  send: (language) => request[language].send,
  'show-bytes': (language) => privacy[language].message.views.compact,
  look: (language) => settings[language].diagnostics.look,
  export: (language) => settings[language].diagnostics.export,
  quit: (language) => settings[language].quit.action,
}

/** Does what a person does. `disguise` is what the page made of its texts. */
export async function doAct(
  page: Page,
  { name }: Act,
  language: Language,
  disguise: (text: string) => string = (text) => text,
): Promise<void> {
  const label = disguise(labels[name](language))
  const named = { name: label, exact: true }
  const button = page.getByRole('button', named).or(page.getByRole('tab', named)).or(page.getByRole('radio', named))
  await button.first().click({ timeout: 3000 })
}
