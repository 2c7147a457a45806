import { describe, expect, it } from 'vitest'
import { followRequest } from '#cli/request/follow-request.ts'
import { exitOfRequest } from '#cli/request/request-lines.ts'
import { statusView } from '#cli/status/view-on.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aGrant, aRequest, aRequestAgent, id } from '#test/support/a-request-agent.ts'
import { noon } from '#test/support/a-snapshot.ts'
import { aTerminal } from '#test/support/a-terminal.ts'

async function following(isJson = false, stopped?: Promise<void>) {
  const told = aRequestAgent()
  const clock = aClock(noon * 1000)
  const at = aTerminal({ clock, ...(stopped === undefined ? {} : { stopped }) })
  const view = { ...(await statusView(at.terminal, noon)), timeZone: 'UTC' }
  const end = followRequest(
    told.agent,
    aRequest({ state: 'step_up_required', step_up_url: 'https://posture.example.com/step-up/x' }),
    {
      terminal: at.terminal,
      view,
      isJson,
    },
  )
  await clock.advance(0)
  return { ...told, ...at, clock, end }
}

describe('A request that is followed', () => {
  it('says each change in a line until its end', async () => {
    const { outLines, tell, end, clock } = await following()
    await tell({ state: 'pending', step_up_url: null })
    await tell({ votes: { have: 1, need: 2 } })
    await tell({ votes: { have: 1, need: 2 } })
    const question = { id: 'm', from: 'approver', by: 'Bob\u001b[1m', at: noon, text: 'Why?\nReally?' } as const
    await tell({ state: 'info_needed', thread: [question] })
    await tell({ state: 'approved', proven: true, decide_by: null, grant: aGrant })
    await tell({ grant: { ...aGrant, state: 'cured', ended_at: noon + 60 } })
    await clock.advance(0)
    expect(exitOfRequest(await end)).toBe(0)
    expect(outLines).toEqual([
      'Confirm that it is you, or it is not sent on',
      'Open in your browser, to confirm that it is you:',
      '  https://posture.example.com/step-up/x',
      'Waiting: 0 of 2 approvals (device-security), decision due 12:00',
      'Waiting: 1 of 2 approvals (device-security), decision due 12:00',
      'Bob<1b>[1m asks: “Why? Really?”',
      'Active until 10:30 for Firewall on Wiki',
      'The check passes, so the exception ended by itself at 10:01',
    ])
  })

  it('looks again by itself when the time of the grant is over', async () => {
    const { outLines, tell, end, clock } = await following()
    await tell({ state: 'approved', proven: true, decide_by: null, step_up_url: null, grant: aGrant })
    await clock.advance(1_000)
    const ended = tell({ grant: { ...aGrant, state: 'expired', ended_at: noon + 1800 } }, {})
    await clock.advance(1_805_000)
    await ended
    expect(exitOfRequest(await end)).toBe(0)
    expect(outLines.at(-1)).toBe('Ended at 10:30: its time is over')
  })

  it('is a document a line with --json', async () => {
    const { outLines, errLines, tell, end, clock } = await following(true)
    await tell({ state: 'denied', why: 'Turn it on', step_up_url: null })
    await clock.advance(0)
    expect(exitOfRequest(await end)).toBe(1)
    expect(outLines.map((line) => JSON.parse(line).state)).toEqual(['step_up_required', 'denied'])
    expect(errLines).toEqual([])
  })

  it('goes on without the command, which says how to look again', async () => {
    let stop: () => void = () => undefined
    const stopped = new Promise<void>((resolve) => {
      stop = resolve
    })
    const { errLines, end, questions } = await following(false, stopped)
    stop()
    expect(exitOfRequest(await end)).toBe(3)
    expect(errLines).toEqual([`It goes on without this command. Look again with: postern request show ${id}`])
    expect(questions('exception/withdraw')).toEqual([])
  })

  it('says when it is not live, and when it is again', async () => {
    const { errLines, tell } = await following()
    await tell({}, { stream: 'waiting' })
    await tell({}, { stream: 'open' })
    expect(errLines.map((line) => line.split('.')[0])).toEqual(['Reconnecting', 'Live again'])
  })

  it('fails where the agent goes away', async () => {
    const { leave, end } = await following()
    leave()
    await expect(end).rejects.toMatchObject({ code: 'agent_not_running' })
  })
})

describe('The exit code of a request', () => {
  it.each([
    ['step_up_required', false, 3],
    ['pending', false, 3],
    ['info_needed', false, 3],
    ['approved', true, 0],
    ['approved', false, 3],
    ['denied', true, 1],
    ['refused', false, 1],
    ['withdrawn', false, 1],
    ['lapsed', false, 1],
    ['stale', false, 1],
  ] as const)('of %s, proven %s, is %i', (state, proven, exit) => {
    expect(exitOfRequest({ state, proven })).toBe(exit)
  })
})
