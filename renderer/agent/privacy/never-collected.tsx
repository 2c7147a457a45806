import { KeyValues } from '../../ui/key-values.tsx'
import { Section, Surface } from '../../ui/surface.tsx'
import { usePrivacyTexts } from './privacy-texts.ts'

const kinds = ['files', 'browsing', 'keystrokes', 'location', 'apps'] as const

/** What Postern cannot read, whoever asks. */
export function NeverCollected() {
  const { never } = usePrivacyTexts()
  return (
    <Section title={never.title} note={never.note}>
      <Surface>
        <div className="never">
          <KeyValues rows={kinds.map((kind) => [never.kinds[kind].name, never.kinds[kind].more])} />
        </div>
      </Surface>
    </Section>
  )
}
