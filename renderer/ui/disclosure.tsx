import { type ReactNode, useState } from 'react'
import { Disclosure as AriaDisclosure, Button, DisclosurePanel, Heading } from 'react-aria-components'
import { Icon } from './icon.tsx'
import './disclosure.css'

/** A row that opens. What stands in `summary` is always seen and is the name of its button: keep it to text and marks. */
export function Disclosure(props: {
  readonly summary: ReactNode
  readonly children: ReactNode
  readonly level?: 2 | 3 | 4
  readonly isOpenAtFirst?: boolean
  /** `row`: as wide as the list it stands in. `line`: a quiet line of text. */
  readonly look?: 'row' | 'line'
  /** What is inside asks the agent: it is made once it is opened. */
  readonly isLazy?: boolean
  readonly act?: string
}) {
  const { summary, children, level = 3, isOpenAtFirst = false, look = 'row', isLazy = false, act } = props
  const [wasOpened, setWasOpened] = useState(isOpenAtFirst)
  return (
    <AriaDisclosure
      className={`disclosure disclosure-${look}`}
      defaultExpanded={isOpenAtFirst}
      onExpandedChange={(isOpen) => isOpen && setWasOpened(true)}
    >
      <Heading level={level} className="disclosure-heading">
        <Button slot="trigger" className="disclosure-button" data-act={act}>
          <span className="disclosure-summary">{summary}</span>
          <span className="disclosure-chevron">
            <Icon name="chevron" size={14} turns />
          </span>
        </Button>
      </Heading>
      <DisclosurePanel className="disclosure-panel">
        <div className="disclosure-inside">{(wasOpened || !isLazy) && children}</div>
      </DisclosurePanel>
    </AriaDisclosure>
  )
}
