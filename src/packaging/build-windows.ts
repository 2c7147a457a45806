import { join } from 'node:path'
import { build } from 'vite'

/**
 * Builds the windows with `renderer/vite.config.ts`: `app` is what ships, with its `files.json`; `development` is what the
 * development shell serves. Left out, the folder is that of the configuration. What was in it is removed. Answers the
 * files of which something is in a script, the bundler's own among them, as those of its package.
 */
export async function buildWindows(mode: 'app' | 'development', outDir?: string): Promise<readonly string[]> {
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production' // otherwise a caller in a test would get elements for React's development build
  try {
    const built = await build({
      configFile: join(import.meta.dirname, '..', '..', 'renderer', 'vite.config.ts'),
      configLoader: 'native',
      mode,
      ...(outDir === undefined ? {} : { build: { outDir } }),
    })
    const chunks = [built]
      .flat()
      .flatMap((each) => ('output' in each ? each.output : []))
      .flatMap((output) => (output.type === 'chunk' ? [output] : []))
    const files = chunks
      .flatMap(({ modules }) => Object.entries(modules))
      .flatMap(([id, { renderedLength }]) => (renderedLength > 0 ? [id.replace(/^\0/, 'node_modules/')] : []))
    return [...new Set(files)]
  } finally {
    if (before === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = before
  }
}
