import { useEffect, useRef } from 'react'

/** Asks once more whenever `value` is another one, compared by identity; not at first. */
export function useAgainWhen(value: unknown, again: () => void): void {
  const before = useRef(value)
  useEffect(() => {
    if (before.current === value) return
    before.current = value
    again()
  }, [value, again])
}
