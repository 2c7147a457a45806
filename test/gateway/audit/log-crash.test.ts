import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openCheckpoint } from '#gateway/audit/checkpoint.ts'
import { emptyRange, equal, extend, hashLeaf, rootOf } from '#gateway/audit/merkle-tree.ts'
import { parseVerifierKey } from '#gateway/audit/signed-note.ts'
import { openStore } from '#gateway/storage/open-store.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { logVector } from '#test/support/a-log-key.ts'

const trusted = [parseVerifierKey(logVector.vkey)].filter((each) => each !== undefined)

describe('A gateway that is killed between any two writes of the log', () => {
  it('loses no recorded act, doubles none, splits none, and its log goes on', async () => {
    const steps = await stepsOfAWholeRun()
    expect(steps).toBeGreaterThan(20)
    const moments = Array.from({ length: steps }, (_, index) => index + 1)
    for (let at = 0; at < moments.length; at += 2)
      await Promise.all(moments.slice(at, at + 2).map((step) => killAndGoOn(step)))
  }, 240_000)
})

async function killAndGoOn(step: number): Promise<void> {
  const folder = await aFolder()
  const killed = await run(folder, step, 6)
  expect(killed.signal, `step ${step}`).toBe('SIGKILL')
  const again = await run(folder, 0, 2)
  expect(again.lines, `step ${step}`).not.toContain('locked')
  expect(again.lines.at(-1), `step ${step}: ${again.complaints}`).toMatch(/^done/)
  const acts = [...killed.lines, ...again.lines].filter((line) => /^\d+ \d+$/.test(line))

  const store = await openStore(join(folder, 'postern.sqlite'))
  const { leaves, notes, rows } = await store.read(async (each) => ({
    leaves: await each.log.leaves(1, 0, 1000),
    notes: await each.log.checkpoints(1, 0, 1000),
    rows: await each.audit.after(0, 1000),
  }))
  await store.close()
  expect(leaves.map(({ index }) => index)).toEqual(leaves.map((_, index) => index))
  expect(leaves.map(({ eventId }) => eventId).toSorted((a, b) => a - b)).toEqual(rows.map(({ id }) => id))
  for (const act of acts) {
    const [first, second] = act.split(' ').map((id) => leaves.findIndex(({ eventId }) => eventId === Number(id)))
    expect(first, `step ${step}, act ${act}`).toBeGreaterThan(0)
    expect(second).toBe((first ?? 0) + 1)
    for (const { size } of notes) expect(size, `step ${step}: a checkpoint within act ${act}`).not.toBe(second)
  }
  let range = emptyRange
  const roots = leaves.map(({ leaf }) => {
    range = extend(range, hashLeaf(leaf))
    return rootOf(range)
  })
  for (const { note, size } of notes) {
    const checkpoint = openCheckpoint(note, logVector.origin, trusted)
    const root = roots[size - 1]
    expect(checkpoint !== undefined && root !== undefined && equal(root, checkpoint.root), `size ${size}`).toBe(true)
  }
  expect(notes.at(-1)?.size).toBe(leaves.length)
}

async function stepsOfAWholeRun(): Promise<number> {
  const { lines } = await run(await aFolder(), 0, 6)
  return Number(/^done (\d+)$/.exec(lines.at(-1) ?? '')?.[1] ?? 0)
}

type Ended = { readonly lines: readonly string[]; readonly signal: string | null; readonly complaints: string }

function run(folder: string, step: number, acts: number): Promise<Ended> {
  return new Promise((resolve) => {
    const program = join(import.meta.dirname, 'log-until-killed.ts')
    const child = spawn(process.execPath, [program, folder, String(step), String(acts)])
    let said = ''
    let complaints = ''
    child.stdout.on('data', (part: Buffer) => {
      said += part.toString()
    })
    child.stderr.on('data', (part: Buffer) => {
      complaints += part.toString()
    })
    child.on('close', (_, signal) => resolve({ lines: said.trimEnd().split('\n'), signal, complaints }))
  })
}
