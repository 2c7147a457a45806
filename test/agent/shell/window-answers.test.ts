import { describe, expect, it } from 'vitest'
import { unmanaged } from '#agent/managed-settings/resolve-settings.ts'
import { windowAnswers } from '#agent/shell/window-answers.ts'
import { en } from '#contract/texts/en.ts'

function aCore(HideQuit: boolean) {
  const asked: unknown[] = []
  const managed = { ...unmanaged, values: { ...unmanaged.values, HideQuit } }
  const chosen = {
    language: null,
    notifications: 'normal',
    quiet_hours: null,
    snoozed: [],
    shown_consent: null,
  } as const
  const answer = windowAnswers({
    answers: () => async (name) => {
      asked.push(name)
      return { ok: true, value: undefined }
    },
    settings: () => ({ ...chosen, snoozed: [], managed }),
  })
  return { answer, asked }
}

describe('A window of a device where quitting is hidden', () => {
  it('cannot quit, and is told why', async () => {
    const { answer, asked } = aCore(true)
    expect(await answer('app/quit', undefined)).toEqual({ ok: false, code: 'quit_hidden' })
    expect(asked).toEqual([])
    expect(en.failures.quit_hidden.detail).toContain('organisation')
  })

  it('can do everything else', async () => {
    const { answer, asked } = aCore(true)
    await answer('agent/snapshot', undefined)
    expect(asked).toEqual(['agent/snapshot'])
  })
})

describe('A window of any other device', () => {
  it('can quit', async () => {
    const { answer, asked } = aCore(false)
    expect(await answer('app/quit', undefined)).toMatchObject({ ok: true })
    expect(asked).toEqual(['app/quit'])
  })
})
