import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { drawIcons } from '#tools/icons/draw-icons.ts'

/** `npm run icons`: draws every icon of `assets` in every size from its SVG source. */
const assets = join(import.meta.dirname, '..', '..', 'assets')

const files = await drawIcons((path) => readFile(join(assets, path), 'utf8'))
for (const { path, bytes } of files) {
  const file = join(assets, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, bytes)
}
const kilobytes = files.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1000
process.stdout.write(`icons: ${files.length} files, ${kilobytes.toFixed(0)} kB, in ${assets}\n`)
