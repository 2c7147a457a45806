import { spawn } from 'node:child_process'

/** Runs a program to its end, its output not kept, or kills it after `limitMs`. Answers its exit code; null where killed. */
export async function runToEnd(
  program: string,
  given: readonly string[],
  wish: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly limitMs: number },
): Promise<number | null> {
  const child = spawn(program, given, { cwd: wish.cwd, env: wish.env, stdio: 'ignore' })
  const timer = setTimeout(() => child.kill('SIGTERM'), wish.limitMs)
  try {
    return await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => resolve(code))
    })
  } finally {
    clearTimeout(timer)
  }
}
