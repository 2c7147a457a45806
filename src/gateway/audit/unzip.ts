import type { Readable } from 'node:stream'
import { type Entry, open } from 'yauzl'

/** A zip by its names; any of its files can be opened, also several at once. */
export type ZipFile = {
  readonly names: readonly string[]
  open(name: string): Promise<Readable>
  close(): Promise<void>
}

const mostEntries = 100_000

/** Rejects where the file is no zip, is broken, or has a name twice or one that leads out of it. */
export function openPromise(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false }, (error, zip) => {
      if (error !== null) return reject(error)
      const entries = new Map<string, Entry>()
      zip.on('error', reject)
      zip.on('entry', (entry: Entry) => {
        if (entries.has(entry.fileName) || entries.size >= mostEntries)
          return reject(new Error('a zip with a name twice, or too many'))
        if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry)
        zip.readEntry()
      })
      zip.on('end', () =>
        resolve({
          names: [...entries.keys()].sort(),
          open: (name) =>
            new Promise((opened, failed) => {
              const entry = entries.get(name)
              if (entry === undefined) return failed(new Error('no such file'))
              zip.openReadStream(entry, (cause, stream) => (cause === null ? opened(stream) : failed(cause)))
            }),
          async close() {
            zip.close()
          },
        }),
      )
      zip.readEntry()
    })
  })
}
