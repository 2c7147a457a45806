import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.long.test.ts'],
    environment: 'node',
    pool: 'forks',
    maxWorkers: 3, // many tests wait for a program or a browser: two processors are busy only so
    testTimeout: 20_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    alias: [{ find: /^electron$/, replacement: join(import.meta.dirname, 'test/support/fake-electron.ts') }],
    // Whoever loads the package `electron` without its binary would start a download; a named place, even an empty one, starts none.
    env: {
      ELECTRON_OVERRIDE_DIST_PATH:
        process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(import.meta.dirname, 'test/electron/no-binary-here'),
    },
  },
})
