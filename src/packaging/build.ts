import { chmod, copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { appLicenses } from './app-licenses.ts'
import { buildApp } from './build-app.ts'
import { buildWindows } from './build-windows.ts'
import { bundles } from './bundles.ts'
import { declareLibrary } from './declare-library.ts'
import { filesInBundles } from './files-in-bundles.ts'
import { thirdPartyLicenses } from './third-party-licenses.ts'

/**
 * `npm run build`: fills `out` with what a release holds. Made beside it first, so that a build that fails, or one that
 * runs, leaves what is there in use. Says what it did on stderr; stdout belongs to `npm pack`.
 */
const root = join(import.meta.dirname, '..', '..')
const out = join(root, 'out')
const fresh = join(out, `.build-${process.pid}`)
const began = performance.now()

try {
  const sizeBytes = await fill(fresh)
  for (const name of [...Object.keys(bundles), 'app', 'THIRD-PARTY-LICENSES.txt', 'launch.mjs']) {
    await rm(join(out, name), { recursive: true, force: true })
    await rename(join(fresh, name), join(out, name))
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  process.stderr.write(`build: out/ holds ${(sizeBytes / 1e6).toFixed(1)} MB of programs (${seconds} s)\n`)
} finally {
  await rm(fresh, { recursive: true, force: true })
}

async function fill(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true })
  const manifest: { readonly version?: unknown } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const define = { POSTERN_VERSION: JSON.stringify(manifest.version) }
  const built = await Promise.all(
    Object.entries(bundles).map(([name, bundle]) =>
      build({ ...bundle, define, absWorkingDir: root, outdir: join(folder, name) }),
    ),
  )
  const app = join(folder, 'app')
  const windows = await buildWindows('app', join(app, 'renderer'))
  const inPackage = built.map(({ metafile }) => metafile)
  const inApp = await buildApp({ root, outdir: app, define })
  await writeFile(join(folder, 'verify', 'index.d.ts'), declareLibrary(root, 'src/verify/index.ts'))
  const licenses = 'THIRD-PARTY-LICENSES.txt'
  await writeFile(join(folder, licenses), await thirdPartyLicenses(root, filesInBundles(inPackage)))
  await writeFile(join(app, licenses), await appLicenses(root, inApp, windows))
  await copyFile(join(root, 'src', 'packaging', 'launch.mjs'), join(folder, 'launch.mjs'))
  await chmod(join(folder, 'launch.mjs'), 0o755)
  return [...inPackage, ...inApp]
    .flatMap(({ outputs }) => Object.values(outputs))
    .reduce((sum, { bytes }) => sum + bytes, 0)
}
