import { Screen } from '../parts/screen.tsx'
import { useTexts } from '../texts.tsx'

export function PrivacyScreen() {
  const { shared } = useTexts()
  return <Screen title={shared.navigation.privacy} />
}
