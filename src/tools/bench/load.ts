import { type HttpAnswer, openConnection } from './http-connection.ts'

export type LoadWish = {
  readonly port: number
  readonly connections: number
  /** The next whole request on that connection; `undefined` ends it. */
  readonly next: (connection: number) => Buffer | undefined
  readonly forMs: number
  /** Throws where an answer is not the one expected. */
  readonly onAnswer: (answer: HttpAnswer) => void
}

/** Asks over some connections, one request after another on each, until time or requests run out. Answers per second. */
export async function load(wish: LoadWish): Promise<number> {
  const connections = await Promise.all(Array.from({ length: wish.connections }, () => openConnection(wish.port)))
  const began = performance.now()
  const until = began + wish.forMs
  let answers = 0
  let last = began
  try {
    await Promise.all(
      connections.map(async (connection, index) => {
        while (performance.now() < until) {
          const request = wish.next(index)
          if (request === undefined) return
          wish.onAnswer(await connection.ask(request))
          answers += 1
          last = performance.now()
        }
      }),
    )
  } finally {
    for (const connection of connections) connection.close()
  }
  return answers / ((last - began) / 1000)
}
