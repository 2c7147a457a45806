import { useEffect } from 'react'

/** Time for whoever takes the focus itself, as a dialog that closes does. */
const graceMs = 60

/**
 * What had the focus may vanish: a row that is done, a button whose act is no longer offered. A keyboard does not begin at
 * the top of the window then, but at the heading of what is shown.
 */
export function useFocusKept(): void {
  useEffect(() => {
    let last: Element | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const take = ({ target }: FocusEvent) => {
      last = target instanceof Element ? target : undefined
    }
    const leave = () => {
      // Whoever left by themselves, with a click beside everything, is left in peace.
      queueMicrotask(() => {
        if (last?.isConnected === true && !last.contains(document.activeElement)) last = undefined
      })
    }
    const observer = new MutationObserver(() => {
      if (last === undefined || last.isConnected) return
      last = undefined
      clearTimeout(timer)
      timer = setTimeout(() => {
        const { activeElement, body } = document
        if (activeElement !== null && activeElement !== body) return
        document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true })
      }, graceMs)
    })
    observer.observe(document.body, { childList: true, subtree: true })
    document.addEventListener('focusin', take)
    document.addEventListener('focusout', leave)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
      document.removeEventListener('focusin', take)
      document.removeEventListener('focusout', leave)
    }
  }, [])
}
