import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'

/** One text with name, version and licence of every package whose code the bundles hold. A package without a licence file is an error. */
export async function thirdPartyLicenses(root: string, metafiles: readonly Metafile[]): Promise<string> {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs))
  const folders = new Set(
    inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  )
  const texts = await Promise.all([...folders].sort().map((folder) => licenseOf(join(root, folder))))
  return `The programs in this package contain the following libraries.\n\n${texts.join('\n\n')}\n`
}

async function licenseOf(folder: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const { name, version, license } = namesOf(manifest)
  const files = (await readdir(folder)).filter((file) =>
    /^(licen[cs]e|notice|copying)(\.(md|txt|markdown)|-mit)?$/i.test(file),
  )
  if (files.length === 0 && license === undefined) throw new Error(`no licence in ${folder}`)
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return [`## ${name} ${version} (${license ?? 'see below'})`, ...texts.map((text) => text.trim())].join('\n\n')
}

function namesOf(manifest: unknown) {
  if (typeof manifest !== 'object' || manifest === null) throw new Error('a package without a manifest')
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return {
    name: text('name' in manifest ? manifest.name : undefined) ?? 'unnamed',
    version: text('version' in manifest ? manifest.version : undefined) ?? '',
    license: text('license' in manifest ? manifest.license : undefined),
  }
}
