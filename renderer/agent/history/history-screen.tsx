import { Screen } from '../parts/screen.tsx'
import { useTexts } from '../texts.tsx'

export function HistoryScreen() {
  const { shared } = useTexts()
  return <Screen title={shared.navigation.history} />
}
