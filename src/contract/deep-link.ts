import * as z from 'zod'
import { id22, id43, issuer } from './wire-types.ts'

/** A `postern:` link, parsed. Whoever sent it is unknown: nothing is done before a person has read it and clicked. */
export type DeepLink =
  | { readonly kind: 'enroll'; readonly server: string; readonly code: string; readonly kid?: string }
  | { readonly kind: 'signed-in'; readonly state: string; readonly code: string }
  | { readonly kind: 'handoff'; readonly id: string }
  | {
      readonly kind: 'show'
      readonly screen: 'status' | 'exceptions' | 'history' | 'privacy'
      readonly check?: string
      readonly request?: string
    }

export const maxLinkBytes = 512

const links = {
  enroll: z.strictObject({ server: issuer, code: id43, kid: id43.exactOptional() }),
  'signed-in': z.strictObject({ state: id22, code: id43 }),
  handoff: z.strictObject({ id: id22 }),
  show: z.strictObject({
    screen: z.enum(['status', 'exceptions', 'history', 'privacy']),
    check: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/)
      .exactOptional(),
    request: z.uuid().exactOptional(),
  }),
} as const

/**
 * Reads a link: at most 512 bytes, exact host, each parameter once, no port, user info, path or fragment. `undefined`
 * for everything else (desktop.md section 11).
 */
export function parseDeepLink(link: string): DeepLink | undefined {
  const form = /^postern:\/\/(enroll|signed-in|handoff|show)\/?\?([!-~]{1,480})$/.exec(link)
  if (form === null || link.length > maxLinkBytes || link.includes('#')) return undefined
  const parameters = readParameters(form[2] ?? '')
  if (parameters === undefined) return undefined
  switch (form[1]) {
    case 'enroll': {
      const parsed = links.enroll.safeParse(parameters)
      return parsed.success ? { kind: 'enroll', ...parsed.data } : undefined
    }
    case 'signed-in': {
      const parsed = links['signed-in'].safeParse(parameters)
      return parsed.success ? { kind: 'signed-in', ...parsed.data } : undefined
    }
    case 'handoff': {
      const parsed = links.handoff.safeParse(parameters)
      return parsed.success ? { kind: 'handoff', ...parsed.data } : undefined
    }
    case 'show': {
      const parsed = links.show.safeParse(parameters)
      return parsed.success ? { kind: 'show', ...parsed.data } : undefined
    }
    default:
      return undefined
  }
}

/** The link that fills in the enrolment screen. */
export function enrollmentLink(server: string, code: string, kid?: string): string {
  return `postern://enroll?server=${encodeURIComponent(server)}&code=${code}${kid === undefined ? '' : `&kid=${kid}`}`
}

function readParameters(query: string): Record<string, string> | undefined {
  const parameters: Record<string, string> = {}
  for (const pair of query.split('&')) {
    const [name, value, more] = pair.split('=')
    if (!name || value === undefined || more !== undefined || !/^[a-z]{1,16}$/.test(name)) return undefined
    if (Object.hasOwn(parameters, name)) return undefined
    const decoded = decode(value)
    if (decoded === undefined) return undefined
    parameters[name] = decoded
  }
  return parameters
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined // a broken escape
  }
}
