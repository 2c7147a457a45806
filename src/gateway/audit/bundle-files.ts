import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { finished } from 'node:stream/promises'
import { ZipFile } from 'yazl'

/** A file that is written piece by piece and hashed on the way. */
export type GrowingFile = {
  write(text: string): Promise<void>
  /** Its hash, base64url. */
  end(): Promise<string>
}

/** Creates a file of a bundle, 0600. */
export async function growFile(path: string): Promise<GrowingFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const stream = createWriteStream(path, { mode: 0o600 })
  await once(stream, 'open')
  const digest = createHash('sha256')
  return {
    async write(text) {
      digest.update(text)
      if (!stream.write(text)) await once(stream, 'drain')
    },
    async end() {
      stream.end()
      await finished(stream)
      return digest.digest('base64url')
    },
  }
}

/** Packs a folder into a zip beside it, without the folder's own name. */
export async function zipFolder(folder: string, path: string): Promise<void> {
  const out = createWriteStream(path, { mode: 0o600 })
  await finished((await zipStream(folder)).pipe(out))
}

/** The same as a stream; the manifest and its note come last. */
export async function zipStream(folder: string): Promise<NodeJS.ReadableStream> {
  const zip = new ZipFile()
  zip.on('error', (cause) => zip.outputStream.emit('error', cause))
  const names = await filesBelow(folder)
  const isLast = (name: string) => name.startsWith('manifest.')
  for (const name of [...names.filter((each) => !isLast(each)), ...names.filter(isLast)])
    zip.addFile(join(folder, ...name.split('/')), name)
  zip.end()
  return zip.outputStream
}

/** Names of all files below a folder, `/` between folders, sorted. */
export async function filesBelow(folder: string, prefix = ''): Promise<readonly string[]> {
  const names: string[] = []
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`
    if (entry.isDirectory()) names.push(...(await filesBelow(folder, name)))
    else names.push(name)
  }
  return names.sort()
}
