import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..', 'fixtures', 'linux')

/** A sample of `test/fixtures/linux`, as text. */
export function aSample(name: string): string {
  return readFileSync(join(folder, name), 'utf8')
}

/** What is left of a text when its reading broke off in the middle. */
export function firstHalf(text: string): string {
  return text.slice(0, Math.floor(text.length / 2))
}
