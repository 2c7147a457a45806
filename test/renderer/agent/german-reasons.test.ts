import { expect, it } from 'vitest'
import { describeInChromium } from '#test/support/a-chromium.ts'
import { aMemoryAgent, type MemoryAnswers } from '#test/support/a-memory-agent.ts'
import { type Eyes, windowsForTests } from '#test/support/a-memory-window.ts'
import { aSnapshot } from '#test/support/a-snapshot.ts'

const link =
  'postern://enroll?server=https%3A%2F%2Fposture.example.com&code=q2mV0yJv9Qn6s1Xh3tKpZbW8dLrGfUe4aCoNiTjMx7I'
const open = windowsForTests()

/** The window of a link whose gateway fails so. */
async function refused(code: string, details: { readonly [name: string]: unknown }, eyes: Eyes) {
  const answers: MemoryAnswers = {
    'route/take': () => ({ ok: true, value: { route: { screen: 'enroll', link } } }),
    'enrollment/preview': () => ({ ok: false, code, details }),
  }
  const nobody = { issuer: null, organisation: null, owner: null, device_id: null }
  const { page, faults } = await open(aMemoryAgent(aSnapshot({ state: 'not-enrolled', ...nobody }), answers), eyes)
  await page.click('[data-act=continue]')
  const alert = page.locator('[role=alert]')
  await alert.waitFor()
  return { alert, page, faults }
}

const german = { language: 'de-DE' } as const

describeInChromium('Why something failed, in a German window', () => {
  it.each([
    [
      'gateway_untrusted',
      'The certificate of posture.example.com was issued by “Example CA”, which this system does not trust',
      'Das Zertifikat von posture.example.com wurde von „Example CA“ ausgestellt; dieser Stelle vertraut dieses System nicht.',
    ],
    [
      'gateway_unreachable',
      'Nothing answers at posture.example.com, through the proxy p:1. Check the proxy settings of this system',
      'Unter posture.example.com antwortet niemand; der Weg führt über den Proxy p:1. Bitte die Proxy-Einstellungen dieses Systems prüfen.',
    ],
    ['key_unavailable', 'no-secret-service', 'In dieser Sitzung läuft kein Secret Service.'],
  ])('is said in German alone: %s', async (code, reason, words) => {
    const { alert, page, faults } = await refused(code, { reason }, german)
    expect(await alert.textContent()).toContain(words)
    expect(await page.locator('main [lang=en]').count()).toBe(0)
    expect(faults).toEqual([])
  })

  it('is told too where it is a limit of no field, and where the organisation has decided', async () => {
    const errors = [
      { pointer: '/ask', detail: 'at most 3 requests open at once' },
      { pointer: '', detail: 'Your organisation decides this' },
    ]
    const { alert } = await refused('exception_limit', { errors }, german)
    expect(await alert.textContent()).toContain('Höchstens 3 Anträge zugleich offen.Das legt Ihre Organisation fest.')
  })

  it('is marked as English where only that has words for it, as of another version', async () => {
    const { alert, page } = await refused('gateway_unreachable', { reason: 'The moon is in the way of x' }, german)
    expect(await alert.locator('[lang=en]').textContent()).toBe('The moon is in the way of x.')
    expect(await page.getByRole('alert').textContent()).toContain('Bitte das Netz prüfen')
  })
})

describeInChromium('Why something failed, in a language that nobody speaks', () => {
  it('is disguised like every text, its values kept', async () => {
    const reason = 'Nothing answers at posture.example.com'
    const { alert } = await refused('gateway_unreachable', { reason }, { locale: 'en-XA' })
    const said = (await alert.textContent()) ?? ''
    expect(said).toContain('posture.example.com')
    expect(said).not.toContain('Nothing answers')
  })
})
