import { describe, expect, it } from 'vitest'
import { enrollConversation } from '#cli/enroll-conversation.ts'
import { UsageFault } from '#cli/usage-fault.ts'
import { enrollmentLink } from '#contract/deep-link.ts'
import type { Answer, Question, RequestName } from '#contract/ipc.ts'
import { en } from '#contract/texts/en.ts'
import type { Reply, Transport } from '#contract/transport.ts'
import { aSnapshot } from '#test/support/a-snapshot.ts'
import { aTerminal } from '#test/support/a-terminal.ts'

const link = enrollmentLink('https://posture.example.com', 'c'.repeat(43))
const consent = 'd'.repeat(43)
const preview = {
  issuer: 'https://posture.example.com',
  organisation: 'Example',
  fields: ['firewall', 'platform', 'shoe-size'],
  retention_days: 400,
  contact: 'it@example.com',
  url: 'https://example.com/privacy',
  consent,
  modes: ['token'],
}

/** An agent that notes what it is asked, and whether anybody connected at all. */
function anAgent() {
  const asked: { readonly name: RequestName; readonly question: unknown }[] = []
  let connections = 0
  const answers: { readonly [name: string]: unknown } = {
    'enrollment/preview': preview,
    'enrollment/confirm': aSnapshot(),
  }
  const agent: Pick<Transport, 'ask'> = {
    async ask<Name extends RequestName>(name: Name, question: Question<Name>): Promise<Reply<Answer<Name>>> {
      asked.push({ name, question })
      return replyOf<Name>({ ok: true, value: answers[name] })
    },
  }
  return {
    asked,
    names: () => asked.map(({ name }) => name),
    connections: () => connections,
    withAgent<Result>(act: (agent: Pick<Transport, 'ask'>) => Promise<Result>): Promise<Result> {
      connections += 1
      return act(agent)
    },
  }
}
function replyOf<Name extends RequestName>(reply: Reply<unknown>): Reply<Answer<Name>>
function replyOf(reply: unknown): unknown {
  return reply
}

async function converse(
  answers: readonly boolean[] | undefined,
  isAgreed = false,
  typed = link,
  isDevelopment = false,
) {
  const agent = anAgent()
  const told = aTerminal(answers === undefined ? {} : { answers })
  const snapshot = await enrollConversation(
    { link: typed, isAgreed, isDevelopment, texts: en, withAgent: agent.withAgent },
    told.terminal,
  )
  return { snapshot, agent, ...told }
}

describe('A person who says no to the first question', () => {
  it('was shown the host and everything that may be sent, and nobody was asked anything', async () => {
    const { snapshot, agent, errLines, asked } = await converse([false])
    expect(snapshot).toBeUndefined()
    expect(asked).toEqual(['Continue?'])
    expect(agent.connections()).toBe(0)
    const text = errLines.join(' ').replace(/\s+/g, ' ')
    expect(text).toContain('posture.example.com asks to enrol this device.')
    for (const meaning of [...Object.values(en.signals), ...Object.values(en.fields)]) expect(text).toContain(meaning)
    expect(text).toContain('Nothing was sent.')
  })
})

describe('A link to a gateway on this machine, over plain HTTP', () => {
  const local = enrollmentLink('http://localhost:8180', 'c'.repeat(43))

  it('is said to be for development where the agent is in that mode', async () => {
    const { errLines } = await converse([false], false, local, true)
    expect(errLines.join('\n')).toContain('This is development mode')
  })

  it.each([local, enrollmentLink('http://posture.example.com', 'c'.repeat(43))])(
    'is not said to be so where the agent is not: it will refuse %s',
    async (typed) => {
      const { errLines } = await converse([false], false, typed, false)
      expect(errLines.join('\n')).not.toContain('development')
    },
  )
})

describe('A person who says no to the second question', () => {
  it('has had the description fetched, and nothing else', async () => {
    const { snapshot, agent, errLines } = await converse([true, false])
    expect(snapshot).toBeUndefined()
    expect(agent.names()).toEqual(['enrollment/preview', 'enrollment/cancel'])
    expect(errLines.join('\n')).toContain('Enrol with Example')
  })

  it('was told of fields that this version does not know', async () => {
    const { errLines } = await converse([true, false])
    const text = errLines.join(' ').replace(/\s+/g, ' ')
    expect(text).toContain(
      'Firewall, system, processor kind, virtual machine or not, and 1 that this version does not know',
    )
    expect(text).not.toContain('shoe-size')
  })
})

describe('A person who says yes twice', () => {
  it('agrees to exactly the description that was shown', async () => {
    const { snapshot, agent } = await converse([true, true])
    expect(snapshot?.owner).toBe('Ada')
    expect(agent.asked.at(-1)).toEqual({ name: 'enrollment/confirm', question: { link, consent } })
  })
})

describe('A command without a terminal', () => {
  it('cannot be run, says so before anything is asked, and names --yes', async () => {
    const agent = anAgent()
    const { terminal, errLines } = aTerminal()
    const conversation = enrollConversation(
      { link, isAgreed: false, isDevelopment: false, texts: en, withAgent: agent.withAgent },
      terminal,
    )
    await expect(conversation).rejects.toThrow(UsageFault)
    await expect(conversation).rejects.toMatchObject({ instead: expect.stringContaining('--yes') })
    expect(agent.connections()).toBe(0)
    expect(errLines).toEqual([])
  })

  it('enrols with --yes, having shown the same', async () => {
    const { agent, asked, errLines } = await converse(undefined, true)
    expect(asked).toEqual([])
    expect(agent.names()).toEqual(['enrollment/preview', 'enrollment/confirm'])
    expect(errLines.join('\n')).toContain('Enrol with Example')
  })
})

describe('Something that is no enrolment link', () => {
  it.each([
    ['nothing', ''],
    ['another link of ours', 'postern://show?screen=status'],
    ['a link with one parameter twice', `${link}&code=${'e'.repeat(43)}`],
    ['a web page', 'https://posture.example.com/enroll'],
  ])('is refused before anybody is asked: %s', async (_, typed) => {
    const agent = anAgent()
    const { terminal, asked } = aTerminal({ answers: [true, true] })
    const conversation = enrollConversation(
      { link: typed, isAgreed: false, isDevelopment: false, texts: en, withAgent: agent.withAgent },
      terminal,
    )
    await expect(conversation).rejects.toMatchObject({ code: 'link_invalid' })
    expect(asked).toEqual([])
    expect(agent.connections()).toBe(0)
  })
})
