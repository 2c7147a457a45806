import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import * as z from 'zod'
import { operatingSystems } from '#domain/operating-system.ts'

/**
 * One line of the file that `fill` leaves beside the database: who a made-up device is, and the private part of its key.
 * For benches on a developer's machine; such a device proves nothing to anybody.
 */
const keyLine = z.strictObject({
  index: z.int().min(0),
  deviceId: z.string(),
  email: z.string(),
  platform: z.enum(operatingSystems),
  arch: z.string(),
  sueid: z.string(),
  kid: z.string(),
  x: z.string(),
  y: z.string(),
  d: z.string(),
  /** The newest message the gateway has of it. */
  seq: z.int().min(0),
  hash: z.string(),
})
export type KeyLine = z.infer<typeof keyLine>

/** Where the lines lie in a data folder. */
export const keyFileName = 'made-up-devices.jsonl'

/** The lines of the file that are wanted, by their place in it. */
export async function readKeyLines(file: string, isWanted: (place: number) => boolean): Promise<readonly KeyLine[]> {
  const lines: KeyLine[] = []
  let place = 0
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (isWanted(place)) lines.push(keyLine.parse(JSON.parse(line)))
    place += 1
  }
  return lines
}
