import { useCallback, useEffect, useState } from 'react'
import { useAnnounce } from '../../ui/announcer.tsx'
import { Button } from '../../ui/button.tsx'
import { useAgent } from '../agent-context.tsx'
import { useTexts } from '../texts.tsx'

const copiedMs = 2000

/** Has the agent copy a text, since a window may not; `copied` for two seconds after it was done, and said aloud. */
export function useCopy(): { readonly copy: (text: string) => void; readonly copied: boolean } {
  const { transport } = useAgent()
  const { shared } = useTexts()
  const announce = useAnnounce()
  const [copied, setCopied] = useState(0)
  useEffect(() => {
    if (copied === 0) return
    const timer = setTimeout(() => setCopied(0), copiedMs)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = useCallback(
    (text: string) => {
      void transport.ask('clipboard/copy', { text }).then((reply) => {
        if (!reply.ok) return
        setCopied((count) => count + 1)
        announce(shared.copied)
      })
    },
    [transport, announce, shared],
  )
  return { copy, copied: copied > 0 }
}

/** A small button that copies exactly this text. */
export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }) {
  const { shared } = useTexts()
  const { copy, copied } = useCopy()
  return (
    <Button kind="plain" icon={copied ? 'check' : 'copy'} onPress={() => copy(text)}>
      {copied ? shared.copied : (label ?? shared.copy)}
    </Button>
  )
}
