import type { Machine } from '#agent/machine/machine.ts'

/**
 * The same machine, for one scan: a question that two probes put is asked once, and both get the answer. Make a new
 * one for every scan, since answers stay as they were.
 */
export function askOnce(machine: Machine): Machine {
  return {
    ...machine,
    run: once(machine.run),
    readText: once(machine.readText),
    readBytes: once(machine.readBytes),
    list: once(machine.list),
    stat: once(machine.stat),
    readOwned: once(machine.readOwned),
    facts: once(machine.facts),
  }
}

function once<Asked extends readonly unknown[], Answer>(
  ask: (...asked: Asked) => Promise<Answer>,
): (...asked: Asked) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>()
  return (...asked) => {
    const question = JSON.stringify(asked)
    const known = answers.get(question)
    if (known !== undefined) return known
    const answer = ask(...asked)
    answers.set(question, answer)
    return answer
  }
}
