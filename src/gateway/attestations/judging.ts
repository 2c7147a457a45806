import type { AccessTokenClaims, ChainStateClaims } from '#contract/gateway-messages.ts'
import type { DecisionGrant } from '#domain/access/grant.ts'
import type { Person } from '#domain/access/person.ts'
import type { Resource } from '#domain/access/resource.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { Book } from '#domain/policy/book.ts'
import type { AgentConfigRecord } from '#gateway/storage/agent-config-store.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { ResultClaims } from './posture-result.ts'

/** Makes the configs of devices; what they say is remembered per book, groups and platform. */
export type ConfigSource = {
  /** The device's next config where the stored one no longer says what it should, or is old; else `undefined`. */
  next(
    stored: Omit<AgentConfigRecord, 'jws'> | undefined,
    book: Book | undefined,
    person: Person,
    platform: OperatingSystem,
    deviceId: string,
    now: number,
  ): AgentConfigRecord | undefined
}

/** What judging a device needs beside its rows: handed over by the composition root. */
export type JudgingPorts = {
  readonly issuer: string
  readonly store: Pick<Store, 'read' | 'transact'>
  readonly book: () => Book | undefined
  readonly resources: readonly Resource[]
  readonly configs: ConfigSource
  /** Grants of this device that may be in force; none until there are exceptions. */
  readonly grantsOf: (rows: Rows, deviceId: string) => Promise<readonly DecisionGrant[]>
  readonly sign: {
    readonly result: (claims: ResultClaims) => string
    readonly accessToken: (claims: AccessTokenClaims) => string
    readonly chainState: (claims: ChainStateClaims) => string
  }
  /** Told after the commit, before anybody is answered: decisions kept in memory die. */
  readonly onDeviceChanged: (deviceId: string) => void
}
