import { configInForce } from '#agent/attestation/read-gateway-messages.ts'
import type { Consent } from '#agent/privacy/consent.ts'
import { catalogueFields } from '#agent/privacy/field-catalogue.ts'
import type { SentLedger } from '#agent/privacy/sent-ledger.ts'
import type { Draft } from '#contract/agent-exceptions.ts'
import type { EnrollmentRecord } from '#contract/agent-state-files.ts'
import type { SentPage, SentWhole } from '#contract/agent-windows.ts'
import type { Answer, Question } from '#contract/ipc.ts'
import { Failure } from '#domain/failure.ts'
import { hexHash } from '#runtime/digest.ts'
import type { OwnSettings } from './own-settings.ts'

export type PrivacyPorts = {
  readonly consent: Consent
  readonly ledger: Pick<SentLedger, 'all' | 'find' | 'onChange'>
  readonly enrollment: () => EnrollmentRecord | undefined
  readonly settings: OwnSettings
  readonly drafts: () => readonly Draft[]
  /** Since when a report waits for the gateway, Unix seconds. */
  readonly reportWaits: () => number | undefined
}

/** What may leave this machine, what has left it, and what waits to. */
export type PrivacyDesk = {
  catalogue(): Answer<'privacy/catalogue'>
  sent(question: Question<'privacy/sent'>): Promise<SentPage>
  /** Failure `not_found`: it is no longer kept, or never was sent. */
  payload(id: string): Promise<SentWhole>
  /** Failure `consent_changed`: other fields are asked for than were shown. */
  accept(fields: readonly string[]): Promise<void>
}

const usualPage = 20

export function privacyDesk(ports: PrivacyPorts): PrivacyDesk {
  const { consent, ledger, settings } = ports
  const heads = untilChanged(ledger)
  return {
    catalogue() {
      const given = consent.inForce()
      const record = ports.enrollment()
      const privacy = record?.state === 'active' ? configInForce(record).privacy : undefined
      const missing = missingFields(record, given?.fields)
      return {
        fields: [...catalogueFields],
        asked: [...new Set([...(given?.fields ?? []), ...missing])].toSorted(),
        agreed: [...(given?.fields ?? [])],
        missing: [...missing],
        consent: given === undefined ? null : { by: given.by, at: given.at },
        organisation: record?.org ?? null,
        contact: privacy?.contact ?? record?.contact ?? null,
        url: privacy?.url ?? null,
        retention_days: privacy?.retention_days ?? null,
      }
    },
    async sent({ before, count = usualPage, typ }) {
      const all = (await heads()).filter((head) => typ === undefined || head.typ === typ)
      const first = before === undefined ? 0 : all.findIndex(({ id }) => id === before) + 1
      if (before !== undefined && first === 0) return { items: [], older: null, waiting: waiting(ports) } // forgotten meanwhile
      const items = all.slice(first, first + count)
      const older = first + count < all.length ? (items.at(-1)?.id ?? null) : null
      return { items, older, waiting: waiting(ports) }
    },
    async payload(id) {
      const found = await ledger.find(id)
      if (found === undefined) throw new Failure('not_found', {})
      return { ...found, sha256: hexHash(found.jws) }
    },
    async accept(fields) {
      const given = consent.inForce()
      if (given === undefined) throw new Failure('consent_missing', {})
      const missing = missingFields(ports.enrollment(), given.fields)
      if (fields.length !== missing.length || missing.some((field) => !fields.includes(field)))
        throw new Failure('consent_changed', {})
      // Shown first: if the disk fails at the second, the fields are still missing and can be agreed to again.
      if (given.by === 'policy') await settings.change({ shown_consent: given.sha256 })
      if (missing.length > 0) await consent.record({ ...given, fields: [...given.fields, ...missing].toSorted() })
    },
  }
}

/** A window pages through the ledger: its files are read once for all pages, until something is added. */
function untilChanged(ledger: PrivacyPorts['ledger']): () => ReturnType<SentLedger['all']> {
  let known: ReturnType<SentLedger['all']> | undefined
  ledger.onChange(() => {
    known = undefined
  })
  return async () => {
    const reading = known ?? ledger.all()
    known = reading
    try {
      return await reading
    } catch (thrown) {
      if (known === reading) known = undefined // the next question reads again
      throw thrown
    }
  }
}

/** Fields that the configuration in force asks for and nobody has agreed to: their readings stay here. */
export function missingFields(record: EnrollmentRecord | undefined, agreed: readonly string[] = []): readonly string[] {
  if (record?.state !== 'active') return []
  const asked = configInForce(record).signals.filter((signal) => catalogueFields.includes(signal))
  return [...new Set(asked)].filter((signal) => !agreed.includes(signal)).toSorted()
}

function waiting({ drafts, reportWaits }: PrivacyPorts): SentPage['waiting'] {
  const since = reportWaits()
  const requests = drafts().flatMap(({ draft_id, clicked_at, checks }) =>
    clicked_at === null ? [] : [{ kind: 'request' as const, since: clicked_at, draft_id, checks }],
  )
  return [...(since === undefined ? [] : [{ kind: 'report' as const, since }]), ...requests].slice(0, 21)
}
