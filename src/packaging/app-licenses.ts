import type { Metafile } from 'esbuild'
import { filesInBundles } from './files-in-bundles.ts'
import { isLeftOut } from './leave-out.ts'
import { thirdPartyLicenses } from './third-party-licenses.ts'

/** The licences of all that ships in `out/app`. Electron is no part of that, and brings its own. */
export function appLicenses(root: string, app: readonly Metafile[], windows: readonly string[]): Promise<string> {
  return thirdPartyLicenses(root, [...filesInBundles(app).filter((file) => !isLeftOut(file)), ...windows])
}
