/** A value that is replaced, never changed, and tells who listens. */
export type CurrentValue<Value> = {
  readonly read: () => Value
  readonly replace: (next: Value) => void
  readonly onChange: (listener: (next: Value, before: Value) => void) => () => void
}

export function currentValue<Value>(first: Value): CurrentValue<Value> {
  let value = first
  const listeners = new Set<(next: Value, before: Value) => void>()
  return {
    read: () => value,
    replace(next) {
      const before = value
      value = next
      for (const listener of [...listeners]) listener(next, before)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
