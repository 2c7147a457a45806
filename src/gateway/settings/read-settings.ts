import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Failure, type SchemaIssue } from '#domain/failure.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import { hash } from '#runtime/digest.ts'
import { isLoopback } from './address-range.ts'
import { freeze } from './freeze.ts'
import type { Caller, GatewaySettings, ListenAddress } from './gateway-settings.ts'
import { type GivenWord, givenWords, type SettingsOptions } from './given-words.ts'
import { developmentIssuer, issuerForm } from './issuer.ts'
import { type Environment, places } from './places.ts'
import { readYaml } from './read-yaml.ts'
import { type SettingsFile, settingsFile } from './schema.ts'

export type SettingsQuestion = {
  readonly options: SettingsOptions
  readonly environment: Environment
  readonly os: OperatingSystem
  /** The home folder of the user the gateway runs as. */
  readonly home: string
}

const longestFileBytes = 8 * 1024 * 1024
const shortestSecret = 16

/**
 * Reads `gateway.yaml`, variables and options into one frozen value: an option beats a variable, a variable the file. Failure
 * `settings_invalid` with every issue found: where, what is wrong, what to write instead. Nothing is made or changed.
 */
export async function readSettings(question: SettingsQuestion): Promise<GatewaySettings> {
  const { words, issues: wordIssues } = await givenWords(question.options, question.environment)
  const place = places[question.os]
  const file = resolve(words.config?.value ?? place.settingsFile(question.environment))
  const content = await readFileContent(file, words.config)
  const issues: SchemaIssue[] = [...wordIssues]

  const issuer = words.issuer?.value ?? content.issuer ?? developmentIssuer
  const form = issuerForm(issuer)
  if (form.kind === 'wrong') issues.push({ pointer: pointerOf(words.issuer, '/issuer'), detail: form.instead })
  const development = form.kind === 'development'

  const listener = (word: GivenWord | undefined, member: 'api' | 'check', fallback: string) => {
    const pointer = pointerOf(word, `/listen/${member}`)
    const address = listenAddress(word?.value ?? content.listen?.[member] ?? fallback)
    if (address === undefined) {
      issues.push({ pointer, detail: 'write host:port, such as 127.0.0.1:8180 or [::1]:8180' })
      return { host: '127.0.0.1', port: 0 }
    }
    if (!isLoopback(address.host)) {
      if (development)
        issues.push({
          pointer,
          detail: `the issuer ${issuer} is for development, on loopback alone: write 127.0.0.1:${address.port}, or an https issuer`,
        })
      else if (content.tls === undefined)
        issues.push({
          pointer,
          detail: `${address.host} is not loopback, and plain HTTP never leaves the machine: write \`tls\` (certificate, key), or 127.0.0.1:${address.port}`,
        })
    }
    return address
  }
  const api = listener(words.listen, 'api', '127.0.0.1:8180')
  const check = listener(words.checkListen, 'check', '127.0.0.1:8181')

  if (words.databaseUrl !== undefined || content.database?.url !== undefined)
    issues.push({
      pointer: pointerOf(words.databaseUrl, '/database/url'),
      detail: 'PostgreSQL comes later: leave it out, and SQLite in the data folder is used',
    })

  const folder = dirname(file)
  const callers = await readCallers(content, folder, issues)
  if (issues.length > 0) throw new Failure('settings_invalid', { file, issues })

  const data = resolve(words.data?.value ?? place.dataFolder(question.environment, question.home, development))
  return freeze({
    file,
    issuer,
    development,
    organisation: content.organisation,
    listen: { api, check },
    checkUrl: content.checkUrl ?? `${content.tls === undefined ? 'http' : 'https'}://${authority(check)}`,
    ...(content.tls === undefined
      ? {}
      : { tls: { certificate: resolve(folder, content.tls.certificate), key: resolve(folder, content.tls.key) } }),
    frontProxies: content.frontProxies,
    data: { folder: data, database: join(data, 'postern.sqlite'), keys: join(data, 'keys') },
    policies: content.policies === undefined ? join(folder, 'policies') : resolve(folder, content.policies),
    languages: content.languages,
    resources: content.resources,
    callers,
    people: content.people.map((person) => ({ ...person, email: person.email.toLowerCase() })),
    limits: content.limits,
  })
}

async function readFileContent(file: string, named: GivenWord | undefined): Promise<SettingsFile> {
  const invalid = (issues: readonly SchemaIssue[], cause?: unknown) =>
    new Failure('settings_invalid', { file, issues }, { cause })
  let text: string
  try {
    if ((await stat(file)).size > longestFileBytes)
      throw invalid([{ pointer: '', detail: 'the file is larger than 8 MiB: write people and resources shorter' }])
    text = await readFile(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    const detail =
      missing && named === undefined
        ? 'there is no settings file here: write one with `organisation: { name, contact, privacyUrl }`, or name another with --config'
        : missing
          ? `there is no such file: ${named?.name ?? '--config'} names it`
          : 'the file cannot be read: give the gateway the right to'
    throw invalid([{ pointer: '', detail }], cause)
  }
  const read = readYaml(text, settingsFile)
  if ('issues' in read) throw invalid(read.issues)
  return read.content
}

async function readCallers(content: SettingsFile, folder: string, issues: SchemaIssue[]): Promise<readonly Caller[]> {
  const callers: Caller[] = []
  for (const [index, { secretFile, ...caller }] of content.callers.entries()) {
    const pointer = `/callers/${index}/secretFile`
    try {
      const secret = (await readFile(resolve(folder, secretFile), 'utf8')).trim()
      if (secret.length < shortestSecret)
        issues.push({ pointer, detail: `the secret is shorter than ${shortestSecret} characters: write a random one` })
      callers.push({ ...caller, secretHash: hash(secret) })
    } catch {
      issues.push({ pointer, detail: `${resolve(folder, secretFile)} cannot be read: write a file that can` })
    }
  }
  return callers
}

function listenAddress(text: string): ListenAddress | undefined {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(0|[1-9]\d{0,4})$/.exec(text)
  const host = parts?.[1] ?? parts?.[2]
  const port = Number(parts?.[3])
  if (host === undefined || port > 65_535) return undefined
  return { host, port }
}

function authority({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function pointerOf(word: GivenWord | undefined, pointer: string): string {
  return word?.name ?? pointer
}
