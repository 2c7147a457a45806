import { Icon } from './icon.tsx'
import './path-line.css'

/** `done`, `now`: what it waits for, `next`: still to come, `stopped`: it ended here. */
export type PathStep = {
  readonly id: string
  readonly label: string
  readonly state: 'done' | 'now' | 'next' | 'stopped'
  readonly note?: string | undefined
}

/** A few steps from beginning to end, and where on the way it stands. A row where there is room, else one below the other. */
export function PathLine(props: {
  readonly steps: readonly PathStep[]
  readonly label: string
  /** Said before a step that is done, to those who do not see its mark. */
  readonly doneWord: string
}) {
  const { steps, label, doneWord } = props
  return (
    <ol className="path" aria-label={label}>
      {steps.map(({ id, label: text, state, note }) => (
        <li key={id} className={`path-step path-${state}`} {...(state === 'now' ? { 'aria-current': 'step' } : {})}>
          <span className="path-dot" aria-hidden="true">
            {state === 'done' && <Icon name="check" size={12} />}
            {state === 'stopped' && <Icon name="close" size={12} />}
          </span>
          <span className="path-said">
            <span className="path-label">
              {state === 'done' && <span className="only-heard">{doneWord} </span>}
              {text}
            </span>
            {note !== undefined && <span className="path-note soft">{note}</span>}
          </span>
        </li>
      ))}
    </ol>
  )
}
