import { createRoot } from 'react-dom/client'
import type { Language } from '#contract/agent-windows.ts'
import type { Transport } from '#contract/transport.ts'
import { registerTrustedTypes } from '../ui/trusted-types.ts'
import { App } from './app.tsx'
import type { Disguise } from './disguise.ts'

/** Puts the window into the page, with whatever carries it to the agent. */
export function startWindow(page: Window, transport: Transport, disguise?: Disguise): void {
  registerTrustedTypes(page)
  const place = page.document.getElementById('window')
  if (place === null) throw new Error('the page has no place for the window')
  createRoot(place).render(
    <App transport={transport} hostLanguage={hostLanguage(page)} clock={() => Date.now()} disguise={disguise} />,
  )
}

/** The first language of the host that Postern speaks. */
function hostLanguage({ navigator }: Window): Language {
  const first = navigator.languages.map((tag) => tag.split('-')[0]).find((tag) => tag === 'en' || tag === 'de')
  return first === 'de' ? 'de' : 'en'
}
