import { Screen } from '../parts/screen.tsx'
import { useTexts } from '../texts.tsx'

export function EnrollScreen({ onDone }: { readonly onDone: () => void }) {
  const { shared } = useTexts()
  return (
    <Screen
      title={shared.navigation.status}
      actions={
        <button type="button" onClick={onDone}>
          ok
        </button>
      }
    />
  )
}
