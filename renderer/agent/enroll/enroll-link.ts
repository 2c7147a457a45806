/** What is read of a link before anybody agreed to anything: only who asks. Whether it holds is said by the agent. */
export type ReadLink = { readonly host: string; readonly isPlain: boolean }

/** The host that a link names, for the sentence that asks; undefined where it names none. */
export function readLink(link: string): ReadLink | undefined {
  if (!/^postern:\/\/enroll\/?\?/.test(link)) return undefined
  const server = new URLSearchParams(link.slice(link.indexOf('?') + 1)).get('server')
  const form = /^(https?):\/\/([^\s/?#@\\]{1,253})$/.exec(server ?? '')
  return form?.[2] === undefined ? undefined : { host: form[2], isPlain: form[1] === 'http' }
}

/** Address and code as a link. An address without a scheme is `https`; a whole link may stand in its place. */
export function typedLink(address: string, code: string): string {
  const typed = address.trim()
  if (typed.startsWith('postern:')) return typed
  const server = /^https?:\/\//.test(typed) ? typed : `https://${typed}`
  return `postern://enroll?server=${encodeURIComponent(server.replace(/\/+$/, ''))}&code=${encodeURIComponent(code.trim())}`
}
