/** Fills `{name}` in from the values given; a name without a value stays as it is. The result is text, never markup. */
export function fillText(text: string, values: { readonly [name: string]: unknown }): string {
  return text.replace(/\{([a-zA-Z_]+)\}/g, (whole, name: string) => {
    const value = values[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : whole
  })
}
