import { openStore } from '#gateway/storage/open-store.ts'

// Writes one act after another and says the number of each only when it was answered. Its test kills it.
const file = process.argv[2] ?? ''
const store = await openStore(file)
let next = 0
const writer = async () => {
  for (;;) {
    const mine = next++
    await store.transact(async (rows) => {
      await rows.meta.put(`act-${mine}`, String(mine))
      await rows.feeds.append({ topic: 'device', subject: 'one', kind: 'result', data: { mine }, at: mine })
    })
    process.stdout.write(`${mine}\n`)
  }
}
await Promise.all(Array.from({ length: 8 }, writer))
