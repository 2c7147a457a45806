import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

const gone = (what: string) => `() => { throw new Error(${JSON.stringify(`${what} is left out of the app`)}) }`

const kindsOfZod =
  `any array bigint boolean catch custom date default enum file function intersection lazy literal map nan never nonoptional
  null nullable number object optional pipe prefault promise readonly record set string success symbol templateLiteral
  transform tuple undefined union unknown void`.split(/\s+/)

/**
 * What libraries of the main process bring along and the app never calls, with what stands in its place: a name that is
 * missing there fails the build, and a call of it throws.
 */
const unused = [
  {
    file: /\/node_modules\/pino\/lib\/transport\.js$/, // logs written by worker threads
    instead: `module.exports = ${gone('pino.transport')}`,
  },
  {
    file: /\/node_modules\/zod\/v4\/core\/to-json-schema\.js$/, // the gateway alone prints its schemas
    instead: `const gone = ${gone('toJSONSchema')}
      export const createToJSONSchemaMethod = () => gone
      export const createStandardJSONSchemaMethod = () => gone
      export { gone as extractDefs, gone as finalize, gone as handleUnrepresentable }
      export { gone as initializeContext, gone as processSchema, gone as toJSONSchema }`,
  },
  {
    file: /\/node_modules\/zod\/v4\/core\/json-schema-processors\.js$/, // what that would have printed of each kind
    instead: `const gone = ${gone('toJSONSchema')}
      export const allProcessors = {}
      export { gone as toJSONSchema, ${kindsOfZod.map((kind) => `gone as ${kind}Processor`).join(', ')} }`,
  },
  {
    file: /\/node_modules\/fast-xml-parser\/.*\.js$/, // D-Bus introspection, which nobody asks for
    instead: `export const XMLParser = function () { (${gone('D-Bus introspection')})() }`,
  },
  {
    file: /\/node_modules\/fast-xml-builder\/.*\.js$/,
    instead: `export default function () { this.build = ${gone('D-Bus introspection')} }`, // each bus makes one at once
  },
] as const

/** Whether something else stands in the place of that file. */
export function isLeftOut(path: string): boolean {
  return unused.some(({ file }) => file.test(`/${path}`))
}

/** Keeps those out of a bundle. */
export const leaveOutUnused: Plugin = {
  name: 'postern:leave-out-unused',
  setup(build) {
    for (const { file, instead } of unused) build.onLoad({ filter: file }, () => ({ contents: instead }))
  },
}

/** The verbs of the command line as one file: in the app a verb is a program of its own, which gains nothing by parts. */
export const verbsInOneFile: Plugin = {
  name: 'postern:verbs-in-one-file',
  setup(build) {
    build.onLoad({ filter: /\/src\/cli\/.*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const paths = new Set<string>()
      const contents = source.replaceAll(/\bawait import\('([^']+)'\)/g, (_, imported: string) => {
        paths.add(imported)
        return `verbPart${[...paths].indexOf(imported)}`
      })
      const imports = [...paths].map((imported, at) => `import * as verbPart${at} from '${imported}'\n`)
      return { contents: `${imports.join('')}${contents}`, loader: 'ts' }
    })
  },
}
