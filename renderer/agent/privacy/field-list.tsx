import type { PrivacyCatalogue } from '#contract/agent-windows.ts'
import { privacyEn } from '#contract/texts/windows/privacy-en.ts'
import { Disclosure } from '../../ui/disclosure.tsx'
import { KeyValues } from '../../ui/key-values.tsx'
import { Row, Rows, RowText, Section } from '../../ui/surface.tsx'
import { useTexts } from '../texts.tsx'
import { type ToldField, toldField, usePrivacyTexts } from './privacy-texts.ts'
import type { ReadReport } from './read-report.ts'
import { signalText } from './readable-report.tsx'

export type FieldGroup = 'agreed' | 'asked' | 'notAsked' | 'possible'

/** Every field there is, by what holds for it here: agreed to, asked for only, or not asked for. */
export function fieldGroups({ fields, asked, agreed, consent }: PrivacyCatalogue): {
  readonly [Group in FieldGroup]: readonly string[]
} {
  if (consent === null) return { agreed: [], asked: [], notAsked: [], possible: inOrder(fields) }
  const known = inOrder([...new Set([...fields, ...agreed, ...asked])])
  return {
    agreed: known.filter((id) => agreed.includes(id)),
    asked: known.filter((id) => asked.includes(id) && !agreed.includes(id)),
    notAsked: known.filter((id) => !asked.includes(id) && !agreed.includes(id)),
    possible: [],
  }
}

/** Signals first, from the system outwards; then what is said of the device and Postern. */
function inOrder(ids: readonly string[]): readonly string[] {
  const place = (id: string) => {
    const at = signalOrder.indexOf(id)
    return at < 0 ? signalOrder.length : at
  }
  return [...ids].sort((one, other) => place(one) - place(other) || (one < other ? -1 : 1))
}
const signalOrder = Object.keys(privacyEn.signals)

/** "What may be sent": each field with what it means; opened, why it is read, who sees it, how long it is kept. */
export function FieldList(props: { readonly catalogue: PrivacyCatalogue; readonly report: ReadReport | undefined }) {
  const { catalogue, report } = props
  const texts = usePrivacyTexts()
  const { say, moment } = useTexts()
  const groups = fieldGroups(catalogue)
  const org = useOrganisation(catalogue)
  const { consent } = catalogue
  return (
    <Section
      title={texts.fields.title}
      {...(consent === null
        ? {}
        : {
            note: say(consent.by === 'user' ? texts.fields.agreedByUser : texts.fields.agreedByPolicy, {
              org,
              time: moment(consent.at),
            }),
          })}
    >
      <FieldGroupRows group="agreed" ids={groups.agreed} catalogue={catalogue} report={report} />
      <FieldGroupRows group="asked" ids={groups.asked} catalogue={catalogue} report={report} />
      <FieldGroupRows group="notAsked" ids={groups.notAsked} catalogue={catalogue} report={report} />
      <FieldGroupRows group="possible" ids={groups.possible} catalogue={catalogue} report={report} />
    </Section>
  )
}

function FieldGroupRows(props: {
  readonly group: FieldGroup
  readonly ids: readonly string[]
  readonly catalogue: PrivacyCatalogue
  readonly report: ReadReport | undefined
}) {
  const { group, ids, catalogue, report } = props
  const texts = usePrivacyTexts()
  const speech = useTexts()
  if (ids.length === 0) return null
  const label = speech.say(texts.fields.groups[group], { n: ids.length })
  const rows = (
    <Rows label={label}>
      {ids
        .map((id) => toldField(id, texts, speech))
        .map((field) => (
          <Row key={field.id}>
            <Disclosure level={4} summary={<RowText text={field.name} note={field.means} />}>
              <FieldDetail field={field} catalogue={catalogue} report={report} />
            </Disclosure>
          </Row>
        ))}
    </Rows>
  )
  // What nobody asks for is there to be looked up.
  if (group === 'notAsked')
    return (
      <div className="field-group field-rows">
        <Disclosure look="line" level={3} summary={label}>
          {rows}
        </Disclosure>
      </div>
    )
  return (
    <div className="field-group field-rows">
      <h3 className="field-group-title soft">{label}</h3>
      {rows}
    </div>
  )
}

/** Why a field is read, who sees it, how long it is kept, and what the last report said of it. */
export function FieldDetail(props: {
  readonly field: ToldField
  readonly catalogue: PrivacyCatalogue
  readonly report?: ReadReport | undefined
}) {
  const { field, catalogue, report } = props
  const texts = usePrivacyTexts()
  const speech = useTexts()
  const { say } = speech
  const { fields } = texts
  const org = useOrganisation(catalogue)
  const line = report?.signals.find(({ id }) => id === field.id)
  const days = catalogue.retention_days
  const kept = field.once
    ? say(fields.keptOnce)
    : days === null
      ? say(fields.keptWithout)
      : say(fields.keptReports, { n: days })
  return (
    <div className="field-detail">
      <KeyValues
        rows={[
          [fields.why, field.why],
          [fields.who, say(field.isSignal ? fields.seenInReports : fields.seen, { org })],
          [fields.kept, kept],
          [fields.inLast, line === undefined ? undefined : signalText(line, texts.last, speech)],
        ]}
      />
    </div>
  )
}

export function useOrganisation({ organisation }: Pick<PrivacyCatalogue, 'organisation'>): string {
  const { anOrganisation } = usePrivacyTexts()
  return organisation ?? anOrganisation
}
