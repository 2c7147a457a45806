import { join } from 'node:path'
import * as z from 'zod'
import { type Children, type RunningChild, runChild } from '#tools/children.ts'

/** The real command line, unbuilt, as a person would call it. */
export type PosternCli = {
  /** Runs a verb to its end and reads the document it prints with `--json`. */
  answer<Shape extends z.ZodType>(args: readonly string[], shape: Shape): Promise<z.infer<Shape>>
  /** Starts a verb that stays, and waits until it says that it is ready. */
  start(args: readonly string[], env?: { readonly [name: string]: string }): Promise<RunningChild>
  /** Starts the agent with its windows, and waits until it answers; `onLine` hears where they are. */
  startWindows(env: { readonly [name: string]: string }, onLine: (line: string) => void): Promise<RunningChild>
  /** Starts a verb that prints a document a line until its end. */
  follow(args: readonly string[]): RunningChild
  /** Runs a verb to its end, whatever it says. */
  run(args: readonly string[]): Promise<{ readonly code: number | null; readonly stdout: string }>
}

const failed = z.object({ failure: z.object({ title: z.string(), detail: z.string() }) })

export function posternCli(children: Children, shared: { readonly [name: string]: string }): PosternCli {
  const entry = join(import.meta.dirname, '..', '..', 'cli', 'postern.ts')
  const windows = join(import.meta.dirname, '..', '..', 'dev-shell', 'start.ts')
  const command = process.execPath
  return {
    async answer(args, shape) {
      const { stdout, stderr } = await runChild({ command, args: [entry, ...args, '--json'], env: shared })
      const said: unknown = JSON.parse(stdout.trim().split('\n').at(-1) || 'null')
      const failure = failed.safeParse(said)
      if (failure.success) throw new Error(`postern ${args.join(' ')}: ${failure.data.failure.title}`)
      if (said === null) throw new Error(`postern ${args.join(' ')} said nothing: ${stderr}`)
      return shape.parse(said)
    },
    async start(args, env = {}) {
      const child = children.start({ command, args: [entry, ...args, '--json'], env: { ...shared, ...env } })
      await child.line((line) => line.startsWith('{"ready":true'))
      return child
    },
    async startWindows(env, onLine) {
      const child = children.start({ command, args: [windows], env: { ...shared, ...env } })
      const said = new Set<string>()
      const next = async () => {
        const line = await child.line((each) => !said.has(each))
        said.add(line)
        onLine(line)
      }
      await next()
      void (async () => {
        for (;;) await next()
      })().catch(() => undefined) // it ended
      return child
    },
    follow: (args) => children.start({ command, args: [entry, ...args, '--json'], env: shared }),
    run: (args) => runChild({ command, args: [entry, ...args], env: shared }),
  }
}
