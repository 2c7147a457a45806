import { join } from 'node:path'
import type { BareWish } from './bare-server.ts'
import type { Bench } from './figure.ts'
import type { HttpAnswer } from './http-connection.ts'
import { load } from './load.ts'

/** What is compared: a request and the answer it got, both whole. */
export type Exchange = { readonly request: Buffer; readonly answer: HttpAnswer }

const warmUpMs = 1000

/**
 * Answers per second of bare node:http on the measured processor, for the same request and as large an answer; with
 * `signatures`, of one that verifies and signs as much for each.
 */
export async function bareRate(
  bench: Bench,
  { request, answer }: Exchange,
  under: { readonly connections: number; readonly forMs: number },
  signatures?: BareWish['signatures'],
): Promise<number> {
  const headers = Object.fromEntries(
    answer.head.split('\r\n').flatMap((line) => {
      const [name = '', value] = line.split(': ')
      const isOwn = /^(connection|keep-alive|date|content-length|transfer-encoding)$/i.test(name)
      return value === undefined || isOwn ? [] : [[name, value]]
    }),
  )
  const wish: BareWish = {
    bodyBytes: answer.body.length,
    headers,
    ...(signatures === undefined ? {} : { signatures }),
  }
  const server = bench.children.start({
    command: bench.node,
    args: [join(import.meta.dirname, 'bare-server.ts'), JSON.stringify(wish)],
    ...(bench.cores === undefined ? {} : { core: bench.cores.measured }),
  })
  try {
    const port = Number(await server.line(() => true))
    const asked = { port, connections: under.connections, next: () => request, onAnswer: mustBeServed }
    await load({ ...asked, forMs: warmUpMs })
    return await load({ ...asked, forMs: under.forMs })
  } finally {
    await server.stop()
  }
}

function mustBeServed({ status }: HttpAnswer): void {
  if (status !== 200) throw new Error(`the bare server answered ${status}`)
}
