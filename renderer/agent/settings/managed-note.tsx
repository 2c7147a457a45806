import { Icon } from '../../ui/icon.tsx'
import { useTexts } from '../texts.tsx'

/** "Managed by your organisation", beneath what a person cannot change. */
export function ManagedNote() {
  const { shared } = useTexts()
  return (
    <span className="setting-managed soft">
      <Icon name="lock" size={14} />
      {shared.managed}
    </span>
  )
}
