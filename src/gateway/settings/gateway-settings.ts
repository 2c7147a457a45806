import type { Resource } from '#domain/access/resource.ts'
import type { callerAdapters, SettingsFile } from './schema.ts'

export type ListenAddress = { readonly host: string; readonly port: number }

/** A proxy or service that may ask (enforcement.md section 1). `origins` left out: an AuthZEN caller may ask about all. */
export type Caller = {
  readonly id: string
  readonly adapter: (typeof callerAdapters)[number]
  readonly from: readonly string[]
  /** `hash(secret)`; the secret itself is not kept. */
  readonly secretHash: string
  readonly origins?: readonly string[]
  readonly clientAddressHeader?: string
}

/** A person of the settings; the address in lower case. */
export type SettingsPerson = {
  readonly email: string
  readonly name: string
  readonly groups: readonly string[]
  readonly team?: string
  readonly admin: boolean
  readonly roles: readonly SettingsFile['people'][number]['roles'][number][]
}

/** What the gateway runs by, complete and checked. Paths are absolute. */
export type GatewaySettings = {
  /** Where the settings came from. */
  readonly file: string
  readonly issuer: string
  /** A loopback issuer with plain HTTP, both listeners on loopback. */
  readonly development: boolean
  readonly organisation: {
    readonly name: string
    readonly contact: string
    readonly privacyUrl: string
    readonly retentionDays: number
  }
  readonly listen: { readonly api: ListenAddress; readonly check: ListenAddress }
  /** What AuthZEN metadata names. */
  readonly checkUrl: string
  readonly tls?: { readonly certificate: string; readonly key: string }
  readonly frontProxies: readonly { readonly from: readonly string[]; readonly clientAddressHeader: string }[]
  readonly data: { readonly folder: string; readonly database: string; readonly keys: string }
  /** The folder of policy documents. */
  readonly policies: string
  readonly languages: readonly ('en' | 'de')[]
  /** Without the built-in `console`. */
  readonly resources: readonly Resource[]
  readonly callers: readonly Caller[]
  readonly people: readonly SettingsPerson[]
  readonly limits: { readonly noncesPerMinute: number; readonly enrollmentsPerHour: number }
}
