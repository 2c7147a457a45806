import { describe, expect, it } from 'vitest'
import { aResult, noon } from '#test/support/a-snapshot.ts'
import {
  aTeller,
  aToldGrant,
  aToldRequest,
  aVote,
  day,
  hour,
  inBerlin,
  judged,
  minute,
  warned,
} from '#test/support/notice-stories.ts'
import { aGrantHead } from '#test/support/tray-stories.ts'

// Noon stands for 10:00 UTC, 11:00 in Berlin, on a Thursday.
const evening = noon + 9 * hour
const nextMorning = noon + 21 * hour

describe('A check that starts to fail', () => {
  const failing = { snapshot: { result: warned('violated') } }
  const passing = { snapshot: { result: warned('met') } }

  it('is told once it has failed for ten minutes, with the first thing to do', () => {
    const teller = aTeller()
    expect(teller.at(noon, failing)).toMatchObject({ notices: [], askAgainAt: noon + 10 * minute })
    expect(teller.at(noon + 10 * minute, failing).notices).toEqual([
      {
        kind: 'failing',
        subject: 'check:firewall',
        title: 'Firewall needs attention',
        body: 'Turn the firewall on.',
        opens: { kind: 'screen', route: { screen: 'status', check: 'firewall' } },
        urgency: 'low',
        replaces: ['check:firewall'],
      },
    ])
  })

  it('is told once, however often one asks, and across a restart', () => {
    const teller = aTeller()
    teller.at(noon, failing)
    expect(teller.titlesAt(noon + 10 * minute, failing)).toHaveLength(1)
    teller.restart()
    for (let at = 11; at < 300; at += 1) expect(teller.titlesAt(noon + at * minute, failing)).toEqual([])
  })

  it('is not told where it flaps', () => {
    const teller = aTeller()
    for (let at = 0; at < 120; at += 1) {
      const happening = at % 9 < 8 ? failing : passing
      expect(teller.titlesAt(noon + at * minute, happening)).toEqual([])
    }
  })

  it('is told to be fixed when it is, and not if its failing was never told', () => {
    const teller = aTeller()
    teller.at(noon, failing)
    expect(teller.titlesAt(noon + minute, passing)).toEqual([])
    teller.at(noon + 2 * minute, failing)
    teller.at(noon + 12 * minute, failing)
    expect(teller.titlesAt(noon + 13 * minute, passing)).toEqual(['Firewall is fixed'])
    expect(teller.titlesAt(noon + 14 * minute, passing)).toEqual([])
  })

  it('waits in the evening until the morning', () => {
    const teller = aTeller()
    teller.at(evening, failing)
    expect(teller.at(evening + 10 * minute, failing)).toMatchObject({ notices: [], askAgainAt: nextMorning })
    expect(teller.titlesAt(nextMorning, failing)).toEqual(['Firewall needs attention'])
  })

  it('is forgotten where the night mended it', () => {
    const teller = aTeller()
    teller.at(evening, failing)
    teller.at(evening + 10 * minute, failing)
    expect(teller.titlesAt(nextMorning, passing)).toEqual([])
  })

  it('is silent while its reminders are snoozed, and told after', () => {
    const teller = aTeller()
    const snoozed = [{ check: 'firewall', until: noon + 2 * hour }]
    const happening = { snapshot: { ...failing.snapshot, snoozed } }
    teller.at(noon, happening)
    expect(teller.at(noon + hour, happening)).toMatchObject({ notices: [], askAgainAt: noon + 2 * hour })
    expect(teller.titlesAt(noon + 2 * hour, happening)).toEqual(['Firewall needs attention'])
  })

  it('is one of many where many fail at once', () => {
    const teller = aTeller()
    const checks = ['a', 'b', 'c', 'd'].map((check) => ({ check, signal: 'firewall', outcome: 'violated' as const }))
    const happening = { snapshot: { result: aResult({ exp: noon + day, checks }) } }
    teller.at(noon, happening)
    expect(teller.titlesAt(noon + 10 * minute, happening)).toEqual(['4 checks need attention'])
  })

  it('names no place on this machine', () => {
    for (const step of [
      'Edit /etc/ufw/ufw.conf.',
      'Delete C:\\secret.txt.',
      'Open ~/notes.',
      'See https://x.example.',
    ]) {
      const result = warned('violated')
      const checks = result.checks.map((check) => ({ ...check, remedy: { steps: { en: [step] } } }))
      const teller = aTeller()
      const happening = { snapshot: { result: { ...result, checks } } }
      teller.at(noon, happening)
      const [notice] = teller.at(noon + 10 * minute, happening).notices
      expect(notice?.body).toBe('Open Postern to see what to do.')
    }
  })

  it('has its notice taken away when it is excepted, or when the verdict no longer counts', () => {
    for (const after of [warned('excepted'), aResult({ exp: noon }), null]) {
      const teller = aTeller()
      teller.at(noon, failing)
      teller.at(noon + 10 * minute, failing)
      expect(teller.at(noon + 11 * minute, { snapshot: { result: after } })).toMatchObject({
        notices: [],
        close: ['check:firewall'],
      })
    }
  })
})

describe('Access that is refused', () => {
  const refused = { snapshot: { result: judged('violated') } }

  it('is told at once, even at night', () => {
    const [notice] = aTeller().at(evening, refused).notices
    expect(notice).toMatchObject({
      title: 'Access refused: Firewall',
      body: 'No access to Payments. Open Postern to see how to get it back.',
      urgency: 'normal',
      opens: { kind: 'screen', route: { screen: 'status', check: 'firewall' } },
      replaces: ['access', 'check:firewall'],
    })
  })

  it('is told once per transition, and its check not once more', () => {
    const teller = aTeller()
    teller.at(noon, refused)
    for (let at = 1; at < 60; at += 1) expect(teller.titlesAt(noon + at * minute, refused)).toEqual([])
  })

  it('is told in quiet, and not where all is off', () => {
    expect(aTeller({ ...inBerlin, level: 'quiet' }).titlesAt(noon, refused)).toHaveLength(1)
    expect(aTeller({ ...inBerlin, level: 'off' }).titlesAt(noon, refused)).toEqual([])
  })

  it('is told to be restored, and the refusal taken away', () => {
    const teller = aTeller()
    teller.at(noon, refused)
    const after = teller.at(noon + minute, { snapshot: { result: judged('met') } })
    expect(after.notices).toMatchObject([{ title: 'Firewall is fixed', body: 'Access restored.' }])
    expect(after.close).toEqual(['access'])
  })

  it('is told again when it comes again, but not while it flaps', () => {
    const teller = aTeller()
    const open = { snapshot: { result: judged('met') } }
    teller.at(noon, refused)
    teller.at(noon + minute, open)
    expect(teller.titlesAt(noon + 2 * minute, refused)).toEqual([])
    teller.at(noon + 3 * minute, open)
    expect(teller.titlesAt(noon + 20 * minute, refused)).toEqual(['Access refused: Firewall'])
  })

  it('is told where no check is to blame', () => {
    const result = aResult({ exp: noon + day, status: 'contraindicated', checks: [], resources: [] })
    expect(aTeller().titlesAt(noon, { snapshot: { result } })).toEqual(['Access refused'])
  })

  it('is not told from a verdict that no longer counts', () => {
    expect(aTeller().titlesAt(noon, { snapshot: { result: { ...judged('violated'), exp: noon } } })).toEqual([])
  })
})

describe('A grace that ends', () => {
  const awake = { ...inBerlin, quietHours: null }

  it('is told at half its span and an hour before its end', () => {
    const teller = aTeller(awake)
    const happening = { snapshot: { result: judged('tolerated', { since: noon, until: noon + 8 * hour }) } }
    const told = new Map<number, readonly string[]>()
    for (let at = 0; at <= 8 * 60; at += 1) {
      const titles = teller.titlesAt(noon + at * minute, happening)
      if (titles.length > 0) told.set(at, titles)
    }
    expect([...told]).toEqual([
      [10, ['Firewall needs attention']],
      [240, ['Firewall: access ends 19:00']],
      [420, ['Firewall: access ends 19:00']],
    ])
  })

  it('asks to be asked at those moments, so that nobody polls', () => {
    const teller = aTeller(awake)
    const happening = { snapshot: { result: judged('tolerated', { since: noon, until: noon + 8 * hour }) } }
    const asked: number[] = []
    let next: number | undefined = noon
    while (next !== undefined && asked.length < 20) {
      asked.push(next)
      next = teller.at(next, happening).askAgainAt
    }
    expect(asked.map((at) => (at - noon) / minute)).toEqual([0, 10, 240, 420])
  })

  it('is told before quiet hours where it would be over after them', () => {
    const teller = aTeller()
    // Friday 03:00 in Berlin.
    const happening = { snapshot: { result: judged('tolerated', { since: noon, until: noon + 16 * hour }) } }
    const told: number[] = []
    for (let at = 0; at < 16 * 60; at += 1)
      if (teller.at(noon + at * minute, happening).notices.some(({ kind }) => kind === 'deadline')) told.push(at)
    expect(told).toEqual([8 * 60 - 1])
  })

  it('is told once a day at most where its end keeps moving', () => {
    const teller = aTeller(awake)
    const told: number[] = []
    for (let at = 0; at < 3 * 24 * 60; at += 10) {
      const until = noon + 4 * day + at * minute
      const happening = { snapshot: { result: judged('tolerated', { since: noon - 4 * day, until }) } }
      if (teller.at(noon + at * minute, happening).notices.some(({ kind }) => kind === 'deadline')) told.push(at / 60)
    }
    expect(told).toEqual([0, 24, 48])
  })

  it('is silent while its check is snoozed, and is told in quiet', () => {
    const until = noon + 8 * hour
    const result = judged('tolerated', { since: noon, until })
    const snoozed = [{ check: 'firewall', until }]
    const silent = aTeller(awake)
    for (let at = 0; at < 8 * 60; at += 1)
      expect(silent.titlesAt(noon + at * minute, { snapshot: { result, snoozed } })).toEqual([])
    const quiet = aTeller({ ...awake, level: 'quiet' })
    expect(quiet.titlesAt(noon, { snapshot: { result } })).toEqual([])
    expect(quiet.titlesAt(noon + 4 * hour, { snapshot: { result } })).toEqual(['Firewall: access ends 19:00'])
  })
})

describe('An exception that ends', () => {
  it('is told at half its span and ten minutes before its end', () => {
    const teller = aTeller()
    const requests = [aGrantHead({ grant: { state: 'active', not_after: noon + 2 * hour } })]
    const happening = { snapshot: { result: judged('excepted'), exceptions: { requests, drafts: [] } } }
    const told: number[] = []
    for (let at = 0; at < 120; at += 1) if (teller.at(noon + at * minute, happening).notices.length > 0) told.push(at)
    expect(told).toEqual([60, 110])
  })

  it('is not told where the verdict does not count with it', () => {
    const teller = aTeller()
    const requests = [aGrantHead({ grant: { state: 'active', not_after: noon + 2 * hour } })]
    const happening = { snapshot: { result: judged('met'), exceptions: { requests, drafts: [] } } }
    for (let at = 0; at < 120; at += 1) expect(teller.titlesAt(noon + at * minute, happening)).toEqual([])
  })
})

describe('A vote that is asked', () => {
  const asked = { snapshot: { asked_votes: [aVote()] } }

  it('leads to the console, and approves nothing', () => {
    const [notice] = aTeller().at(noon, asked).notices
    expect(notice).toMatchObject({
      title: 'Grace asks for an exception: Firewall',
      body: 'Decide by 15:00, in the console.',
      opens: { kind: 'console' },
    })
  })

  it('is told once, and once more at half the time left', () => {
    const teller = aTeller()
    const told: number[] = []
    for (let at = 0; at < 240; at += 1) {
      if (at === 30) teller.restart()
      if (teller.at(noon + at * minute, asked).notices.length > 0) told.push(at)
    }
    expect(told).toEqual([0, 120])
  })

  it('is told once for a request, whatever the number of stages', () => {
    const asked_votes = [aVote(), aVote({ stage: 'owners' })]
    expect(aTeller().titlesAt(noon, { snapshot: { asked_votes } })).toHaveLength(1)
  })

  it('is taken away when nobody asks any more', () => {
    const teller = aTeller()
    teller.at(noon, asked)
    expect(teller.at(noon + minute).close).toEqual(['vote:01a20cc8-6770-7c10-8a4e-5d2f0c9be7aa'])
  })

  it('waits for the morning, unless that would be too late', () => {
    const late = aTeller()
    const tomorrow = [aVote({ decide_by: evening + day })]
    expect(late.at(evening, { snapshot: { asked_votes: tomorrow } })).toMatchObject({
      notices: [],
      askAgainAt: nextMorning,
    })
    const soon = [aVote({ decide_by: evening + 2 * hour })]
    expect(aTeller().titlesAt(evening, { snapshot: { asked_votes: soon } })).toHaveLength(1)
  })
})

describe('What becomes of a request', () => {
  it.each([
    ['approved', aToldGrant('active'), 'Your exception for Firewall was approved', 'It lasts until 13:00.'],
    [
      'denied',
      aToldRequest({ state: 'denied' }),
      'Your exception for Firewall was denied',
      'Open Postern to read why.',
    ],
    [
      'lapsed',
      aToldRequest({ state: 'lapsed' }),
      'Nobody decided on your exception for Firewall',
      'You can ask again.',
    ],
    ['on hold', aToldGrant('suspended'), 'Your exception for Firewall is on hold', 'The end time does not move.'],
    ['over', aToldGrant('expired'), 'Your exception for Firewall has ended', 'Its time is over.'],
    ['cured', aToldGrant('cured'), 'Firewall passes', 'The exception ended by itself.'],
  ])('is told once, %s', (_, request, title, body) => {
    const teller = aTeller()
    expect(teller.at(noon, { changed: [request] }).notices).toMatchObject([
      { title, body, opens: { kind: 'screen', route: { screen: 'exceptions', request: request.request_id } } },
    ])
    teller.restart()
    expect(teller.titlesAt(noon + minute, { changed: [request] })).toEqual([])
  })

  it('is told for each question that is asked', () => {
    const ask = (id: string) => ({ id, from: 'approver' as const, by: 'Grace', at: noon, text: '/etc/shadow?' })
    const teller = aTeller()
    const first = aToldRequest({ state: 'info_needed', thread: [ask('one')] })
    const second = aToldRequest({ state: 'info_needed', thread: [ask('one'), ask('two')] })
    const [notice] = teller.at(noon, { changed: [first] }).notices
    expect(notice?.title).toBe('A question about your exception for Firewall')
    expect(JSON.stringify(notice)).not.toContain('shadow')
    expect(teller.titlesAt(noon + minute, { changed: [first] })).toEqual([])
    expect(teller.titlesAt(noon + 2 * minute, { changed: [second] })).toHaveLength(1)
  })

  it('is not told to be approved on hearsay', () => {
    expect(aTeller().titlesAt(noon, { changed: [aToldGrant('active', { proven: false })] })).toEqual([])
  })

  it('is not told to who took it back, nor where it is long past', () => {
    const old = aToldRequest({ state: 'denied', told_at: noon - 2 * day })
    expect(aTeller().titlesAt(noon, { changed: [aToldRequest({ state: 'withdrawn' }), old] })).toEqual([])
  })
})

describe('A clock that was a year ahead for a moment, and is set right', () => {
  const ahead = noon + 365 * day

  it('does not silence a check that fails', () => {
    const teller = aTeller()
    const failing = { snapshot: { result: warned('violated') } }
    teller.at(ahead, failing)
    teller.at(noon, failing)
    expect(teller.titlesAt(noon + 10 * minute, failing)).toEqual(['Firewall needs attention'])
  })

  it('does not silence a refusal', () => {
    const teller = aTeller()
    expect(teller.titlesAt(ahead, { snapshot: { result: judged('violated') } })).toHaveLength(1)
    teller.at(noon, { snapshot: { result: judged('met') } })
    expect(teller.titlesAt(noon + 11 * minute, { snapshot: { result: judged('violated') } })).toEqual([
      'Access refused: Firewall',
    ])
  })

  it('does not silence a deadline', () => {
    const teller = aTeller()
    const grace = (until: number) => ({ snapshot: { result: judged('tolerated', { until, since: noon }) } })
    expect(teller.at(ahead, grace(ahead + 30 * minute)).notices.map(({ kind }) => kind)).toContain('deadline')
    const told = [8, 16, 23.5].flatMap((hours) => teller.at(noon + hours * hour, grace(noon + day)).notices)
    expect(told.map(({ kind }) => kind)).toContain('deadline')
  })
})

describe('What is told once per start', () => {
  const locked = { snapshot: { state: 'key-locked' as const } }

  it.each([
    ['a locked keychain', locked, 'Keychain locked'],
    ['a missing tray', { trayMissing: true }, 'No tray on this desktop'],
    ['an update', { updateReady: { version: '1.2.0' } }, 'Update 1.2.0 is ready'],
  ])('is %s', (_, happening, title) => {
    const teller = aTeller()
    expect(teller.titlesAt(noon, happening)).toEqual([title])
    teller.at(noon + minute)
    expect(teller.titlesAt(noon + 2 * minute, happening)).toEqual([])
    teller.restart()
    expect(teller.titlesAt(noon + 3 * minute, happening)).toEqual([title])
  })

  it('is not that Windows hides the icon: that is told once ever', () => {
    const teller = aTeller()
    const hidden = { iconMayHide: true }
    expect(teller.titlesAt(noon, hidden)).toEqual(['Postern is beside the clock'])
    expect(teller.at(noon + minute, hidden)).toMatchObject({ notices: [], close: [] })
    teller.restart()
    expect(teller.titlesAt(noon + 2 * minute, { ...hidden, ...locked })).toEqual(['Keychain locked'])
  })

  it('is taken away when it is over', () => {
    const teller = aTeller()
    teller.at(noon, locked)
    expect(teller.at(noon + minute).close).toEqual(['key'])
  })
})
