import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What an addon holds beside its package's own code: headers that it was compiled with. */
const compiledIn = ['node_modules/node-addon-api/']

type License = { readonly name: string; readonly version: string; readonly text: string }

/**
 * One text with name, version and licence of every package of which one of the files is: paths of the repository, absolute
 * or not, in any order. The same packages make the same text. A package that names no licence is an error.
 */
export async function thirdPartyLicenses(root: string, files: readonly string[]): Promise<string> {
  const headers = files.some((file) => file.endsWith('.node')) ? compiledIn : []
  const folders = new Set(
    [...files, ...headers].flatMap((file) => /^(?:.*\/)?(node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(file)?.[0] ?? []),
  )
  const licenses = await Promise.all(
    [...folders].map((folder) => licenseIn(folder.startsWith(root) ? folder : join(root, folder))),
  )
  const texts = new Map(licenses.sort(inOrder).map(({ name, version, text }) => [`${name} ${version}`, text]))
  return `The programs here contain the following libraries.\n\n${[...texts.values()].join('\n\n')}\n`
}

function inOrder(one: License, other: License): number {
  const [a, b] = [`${one.name} ${one.version}`, `${other.name} ${other.version}`]
  return a < b ? -1 : Number(a > b)
}

async function licenseIn(folder: string): Promise<License> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const { name, version, license, author } = namesOf(manifest)
  const files = (await readdir(folder)).filter((file) =>
    /^(licen[cs]e|notice|copying)(\.(md|txt|markdown)|-mit)?$/i.test(file),
  )
  if (files.length === 0 && license === undefined) throw new Error(`no licence in ${folder}`)
  const texts = await Promise.all(files.sort().map((file) => readFile(join(folder, file), 'utf8')))
  const without = `The package holds no text of its licence.${author === undefined ? '' : ` Its author: ${author}.`}`
  const parts = texts.length === 0 ? [without] : texts.map((text) => text.replaceAll('\r\n', '\n').trim())
  return { name, version, text: [`## ${name} ${version} (${license ?? 'see below'})`, ...parts].join('\n\n') }
}

function namesOf(manifest: unknown) {
  if (typeof manifest !== 'object' || manifest === null) throw new Error('a package without a manifest')
  const text = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value : undefined)
  const author = 'author' in manifest ? manifest.author : undefined
  const named = typeof author === 'object' && author !== null && 'name' in author ? author.name : author
  return {
    name: text('name' in manifest ? manifest.name : undefined) ?? 'unnamed',
    version: text('version' in manifest ? manifest.version : undefined) ?? '',
    license: text('license' in manifest ? manifest.license : undefined),
    author: text(named),
  }
}
