import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import './dialog.css'

/**
 * Asks before something that cannot be taken back. Escape and `close` leave everything as it was; focus returns to where
 * it came from.
 */
export function Dialog(props: {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  /** What follows from it, in a few sentences. */
  readonly children: ReactNode
  /** The buttons: what is done first, the way back last. */
  readonly actions: ReactNode
  /** `alert`: must be answered, a click beside it does nothing. */
  readonly role?: 'dialog' | 'alertdialog'
}) {
  const { title, isOpen, onClose, children, actions, role = 'dialog' } = props
  return (
    <ModalOverlay
      className="dialog-scrim"
      isOpen={isOpen}
      onOpenChange={(open) => (open ? undefined : onClose())}
      isDismissable={role === 'dialog'}
    >
      <Modal className="dialog-frame">
        <AriaDialog className="dialog" role={role}>
          <Heading slot="title" level={2} className="dialog-title">
            {title}
          </Heading>
          <div className="dialog-text">{children}</div>
          <div className="dialog-actions">{actions}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
