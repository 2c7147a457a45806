import { Button } from '../../ui/button.tsx'
import { useRoutes } from '../routes.tsx'
import { useTexts } from '../texts.tsx'

export function BackToExceptions() {
  const { go } = useRoutes()
  const { shared } = useTexts()
  return (
    <Button kind="plain" icon="back" onPress={() => go({ screen: 'exceptions' })}>
      {shared.navigation.exceptions}
    </Button>
  )
}
