import type { Metafile } from 'esbuild'

/** Bytes of the app's JavaScript as it is on disk. */
export type AppSizes = {
  /** `main.cjs` and every part that it loads before it is asked anything. */
  readonly idlePath: number
  readonly mainProcess: number
  /** Compressed, of everything that the windows load. */
  readonly windowsGzip: number
}

/** The budgets of desktop.md section 14, in bytes. */
export const bundleBudgets: AppSizes = { idlePath: 500_000, mainProcess: 1_500_000, windowsGzip: 250_000 }

/** What is larger than it may be, in sentences; empty: all within their budgets. */
export function budgetBreaches(sizes: AppSizes): readonly string[] {
  const rows = [
    ['the idle path of main.cjs', sizes.idlePath, bundleBudgets.idlePath],
    ['all files of the main process', sizes.mainProcess, bundleBudgets.mainProcess],
    ['the JavaScript of the windows, gzip', sizes.windowsGzip, bundleBudgets.windowsGzip],
  ] as const
  return rows
    .filter(([, bytes, budget]) => !(bytes <= budget))
    .map(([what, bytes, budget]) => `${what}: ${bytes} bytes, more than ${budget}`)
}

/** The outputs that an output loads with itself, at once: not what is imported when called. The output is one of them. */
export function loadedAtOnce({ outputs }: Pick<Metafile, 'outputs'>, output: string): ReadonlySet<string> {
  const reached = new Set<string>()
  const visit = (path: string): void => {
    if (reached.has(path)) return
    reached.add(path)
    for (const { path: imported, kind, external } of outputs[path]?.imports ?? [])
      if (external !== true && kind !== 'dynamic-import') visit(imported)
  }
  visit(output)
  return reached
}
