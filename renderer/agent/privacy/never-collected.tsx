import { Icon } from '../../ui/icon.tsx'
import { Row, Rows, RowText, Section } from '../../ui/surface.tsx'
import { usePrivacyTexts } from './privacy-texts.ts'

const kinds = ['files', 'browsing', 'keystrokes', 'location', 'apps'] as const

/** What Postern cannot read, whoever asks. */
export function NeverCollected() {
  const { never } = usePrivacyTexts()
  return (
    <Section title={never.title} note={never.note}>
      <Rows label={never.title}>
        {kinds.map((kind) => (
          <Row key={kind}>
            <div className="never-row">
              <RowText
                mark={
                  <span className="never-mark">
                    <Icon name="close" size={12} />
                  </span>
                }
                text={never.kinds[kind].name}
                note={never.kinds[kind].more}
              />
            </div>
          </Row>
        ))}
      </Rows>
    </Section>
  )
}
