import type { EnrollTexts } from '#contract/texts/windows/enroll-texts.ts'
import { signalIds } from '#domain/signals.ts'
import { extraFieldIds, fieldWords } from '../parts/field-words.ts'
import { useTexts } from '../texts.tsx'

/** Fields that may be sent, in words: readings in the order people read them, then what goes with them. */
export function FieldNames({ texts, fields }: { readonly texts: EnrollTexts; readonly fields: readonly string[] }) {
  const { offer } = texts
  const isNamed = (id: string) => fields.includes(id)
  return (
    <>
      <Names title={offer.readings} fields={signalIds.filter(isNamed)} />
      <Names title={offer.beside} fields={extraFieldIds.filter(isNamed)} />
    </>
  )
}

function Names({ title, fields }: { readonly title: string; readonly fields: readonly string[] }) {
  const { texts } = useTexts()
  if (fields.length === 0) return null
  return (
    <div className="field-names">
      <h3 className="field-names-title">{title}</h3>
      <ul className="field-names-list">
        {fields.map((field) => (
          <li key={field} className="field-name">
            {fieldWords(field, texts)}
          </li>
        ))}
      </ul>
    </div>
  )
}
