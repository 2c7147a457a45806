import pino from 'pino'

export type LogFields = { readonly [name: string]: unknown }

/** An event name and fields, never a sentence. `error` is for bugs: it takes the thrown thing as `err`. */
export type Log = {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

/** Field names whose values never reach a log, at the top or one level down. */
export const redactedFields = [
  'token',
  'access_token',
  'authorization',
  'authority',
  'dpop',
  'cookie',
  'secret',
  'password',
  'jws',
  'body',
  'payload',
  'signature',
  'key',
  'privateKey',
  'pkcs8',
  'nonce',
  'stdout',
  'stderr',
  'reason_text',
  'justification',
] as const

/** One JSON line per event to `destination` (a file descriptor or a stream). */
export function createLog(options: {
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly destination?: number | { write(line: string): void }
}): Log {
  const paths = redactedFields.flatMap((name) => [name, `*.${name}`])
  const to =
    typeof options.destination === 'object'
      ? options.destination
      : pino.destination({ dest: options.destination ?? 2, sync: false, minLength: 0 })
  const logger = pino(
    { level: options.level ?? 'info', base: null, messageKey: 'event', redact: { paths, censor: '[redacted]' } },
    to,
  )
  return {
    debug: (event, fields) => logger.debug(fields ?? {}, event),
    info: (event, fields) => logger.info(fields ?? {}, event),
    warn: (event, fields) => logger.warn(fields ?? {}, event),
    error: (event, fields) => logger.error(fields ?? {}, event),
  }
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }
