import type { Page } from 'playwright-core'
import type { Act } from '../picture-states/picture-state.ts'

/** Does what a person does, on the element that bears the act's name. */
export async function doAct(page: Page, { name }: Act): Promise<void> {
  await page.locator(`[data-act="${name}"]`).first().click({ timeout: 5000 })
}
