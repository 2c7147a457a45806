import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { followToasts, subjectOfToast } from '#agent/shell/toast-activation.ts'
import { fakeElectron } from '#test/support/fake-electron.ts'

let nowMs: number
let told: string[]
beforeEach(() => {
  fakeElectron.reset()
  nowMs = 1_000_000
  told = []
  followToasts((subject) => told.push(subject), { nowMs: () => nowMs })
})

function activate(details: unknown): void {
  const handler = fakeElectron.calls().find(({ name }) => name === 'Notification.handleActivation')?.args[0]
  if (typeof handler !== 'function') throw new Error('nobody follows')
  Reflect.apply(handler, undefined, [details])
}
const click = (tag: string) => activate({ type: 'click', arguments: `type=click&tag=${tag}` })

describe('A toast that is clicked', () => {
  it('is told by its subject', () => {
    click('check:firewall')
    expect(told).toEqual(['check:firewall'])
  })

  it('is believed three times a minute', () => {
    for (let time = 0; time < 5; time += 1) click('key')
    expect(told).toHaveLength(3)
    nowMs += 60_000
    click('key')
    expect(told).toHaveLength(4)
  })

  it('is not kept waiting by a clock that was set back', () => {
    for (let time = 0; time < 3; time += 1) click('key')
    nowMs -= 3_600_000
    click('key')
    expect(told).toHaveLength(4)
  })
})

describe('Whatever else any program says', () => {
  it.each([
    ['action', 'type=action&action=0&tag=key'],
    ['reply', 'type=click&tag=key'],
    ['click', 'type=click'],
    ['click', 'type=click&tag='],
    ['click', 'type=click&tag=key&tag=access'],
    ['click', 'type=click&tag=https://evil.example'],
    ['click', 'type=click&tag=../../x'],
    ['click', 'type=click&tag=KEY'],
    ['click', `type=click&tag=${'a'.repeat(65)}`],
    ['click', `type=click&tag=key&x=${'a'.repeat(600)}`],
    ['click', 'postern://enroll?server=https://evil.example'],
    ['click', '--no-sandbox'],
    ['click', undefined],
    ['click', { tag: 'key' }],
    [undefined, 'type=click&tag=key'],
  ])('as %j with %j is no subject', (type, given) => {
    expect(subjectOfToast(type, given)).toBeUndefined()
  })

  it('is never more than a short name', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((tag) => `type=click&tag=${tag}`),
        ),
        (given) => {
          expect(subjectOfToast('click', given) ?? 'a').toMatch(/^[a-z0-9:-]{1,64}$/)
        },
      ),
    )
  })
})
