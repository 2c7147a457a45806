import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { bundles } from './bundles.ts'
import { declareLibrary } from './declare-library.ts'
import { thirdPartyLicenses } from './third-party-licenses.ts'

/** `npm run build`: fills `out` with what a release holds. Says what it did on stderr; stdout belongs to `npm pack`. */
const root = join(import.meta.dirname, '..', '..')
const out = join(root, 'out')
const began = performance.now()

await Promise.all(['cli', 'verify'].map((folder) => rm(join(out, folder), { recursive: true, force: true })))
await mkdir(out, { recursive: true })
const built = await Promise.all(Object.values(bundles).map((bundle) => build({ ...bundle, absWorkingDir: root })))
const metafiles = built.map(({ metafile }) => metafile)
await writeFile(join(out, 'verify', 'index.d.ts'), declareLibrary(root, 'src/verify/index.ts'))
await writeFile(join(out, 'THIRD-PARTY-LICENSES.txt'), await thirdPartyLicenses(root, metafiles))
await copyFile(join(root, 'src', 'packaging', 'launch.mjs'), join(out, 'launch.mjs'))
await chmod(join(out, 'launch.mjs'), 0o755)

const sizeBytes = metafiles.flatMap(({ outputs }) => Object.values(outputs)).reduce((sum, { bytes }) => sum + bytes, 0)
const seconds = (performance.now() - began) / 1000
process.stderr.write(`build: out/ holds ${(sizeBytes / 1e6).toFixed(1)} MB of programs (${seconds.toFixed(1)} s)\n`)
