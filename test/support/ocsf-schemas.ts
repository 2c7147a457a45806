import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'

const folder = join(import.meta.dirname, '../fixtures/ocsf-1.8.0')
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
const validators = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [Number(name.slice(0, 4)), ajv.compile(JSON.parse(readFileSync(join(folder, name), 'utf8')))]),
)

/** The classes whose schemas are at hand. */
export const ocsfClasses: readonly number[] = [...validators.keys()].sort()

/** What the schema of an event's class says against it. */
export function ocsfFaultsOf(event: object): readonly string[] {
  const plain = JSON.parse(JSON.stringify(event))
  const validate = validators.get(plain.class_uid)
  if (validate === undefined) return [`no schema of class ${plain.class_uid}`]
  return validate(plain) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
