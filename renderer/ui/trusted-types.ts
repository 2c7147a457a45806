type Policies = {
  createPolicy(name: string, rules: { readonly createHTML: (markup: string) => string }): unknown
}

/**
 * Registers the one Trusted Types policy of a window. React Aria's announcer clears itself by assigning an empty string to
 * `innerHTML`; nothing else may become markup, script or the address of a script.
 */
export function registerTrustedTypes(page: object): void {
  if (!('trustedTypes' in page) || !isPolicies(page.trustedTypes)) return
  page.trustedTypes.createPolicy('default', {
    createHTML(markup) {
      if (markup !== '') throw new TypeError('text never becomes markup here')
      return ''
    },
  })
}

function isPolicies(value: unknown): value is Policies {
  return typeof value === 'object' && value !== null && 'createPolicy' in value
}
