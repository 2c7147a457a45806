import { join } from 'node:path'
import { build } from 'vite'

/**
 * Builds the windows with `renderer/vite.config.ts`: `app` is what ships, with its `files.json`; `development` is what the
 * development shell serves. Left out, the folder is that of the configuration. What was in it is removed.
 */
export async function buildWindows(mode: 'app' | 'development', outDir?: string): Promise<void> {
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production' // otherwise a caller in a test would get elements for React's development build
  try {
    await build({
      configFile: join(import.meta.dirname, '..', '..', 'renderer', 'vite.config.ts'),
      configLoader: 'native',
      mode,
      ...(outDir === undefined ? {} : { build: { outDir } }),
    })
  } finally {
    if (before === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = before
  }
}
