import * as z from 'zod'
import { riskTiers } from '#domain/policy/documents.ts'
import { isAddressRange } from './address-range.ts'

/** `gateway.yaml` (architecture.md section 10), as written. Every message says what to write instead. */

const id = (what: string) =>
  z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, `write ${what} in lower-case letters, digits and hyphens, at most 40`)
const email = z
  .string()
  .max(320)
  .regex(/^[^\s@<>"]+@[^\s@<>"]+$/, 'write a mail address, such as ada@example.com')
const name = (longest: number) => z.string().trim().min(1, 'write at least one character').max(longest)
const path = z.string().min(1, 'write a path').max(4096)
const cidrs = z
  .array(z.string().refine(isAddressRange, 'write a range with its length, such as 10.0.0.5/32 or 2001:db8::/32'))
  .min(1, 'write at least one range')
  .max(256)
const headerName = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9-]*$/, 'write a header name in lower case, such as x-real-ip')
/** `scheme://host[:port]`, default port dropped, host lower case. */
const origin = z
  .string()
  .max(300)
  .refine(isOrigin, 'write an origin without path and default port, such as https://pay.example.com')
const origins = z.array(origin).max(100)

export const languages = ['en', 'de'] as const
export const personRoles = ['auditor', 'security'] as const
export const callerAdapters = ['nginx', 'caddy', 'haproxy', 'traefik', 'envoy', 'envoy-grpc', 'authzen'] as const

const resource = z.strictObject({
  id: id('the id').refine((value) => value !== 'console', '`console` is built in: choose another id'),
  name: name(200),
  tags: z.array(id('a tag')).max(50).default([]),
  tier: z.enum(riskTiers, `write one of ${riskTiers.join(', ')}`).default('medium'),
  origins: origins.default([]),
  owners: z.array(email).max(50).default([]),
})

const caller = z.strictObject({
  id: id('the id'),
  adapter: z.enum(callerAdapters, `write one of ${callerAdapters.join(', ')}`),
  from: cidrs,
  secretFile: path,
  origins: origins.min(1, 'write at least one origin, or leave it out').exactOptional(),
  clientAddressHeader: headerName.exactOptional(),
})

const person = z.strictObject({
  email,
  name: name(200),
  groups: z.array(id('a group')).max(200).default([]),
  team: id('the team').exactOptional(),
  admin: z.boolean('write true or false').default(false),
  roles: z
    .array(z.enum(personRoles, `write one of ${personRoles.join(', ')}`))
    .max(10)
    .default([]),
})

const atLeastOne = z.int('write a whole number').min(1, 'write at least 1')

export const settingsFile = z.strictObject({
  issuer: z.string().exactOptional(),
  organisation: z.strictObject({
    name: name(80),
    contact: name(320),
    privacyUrl: z
      .string()
      .max(2048)
      .refine((value) => URL.canParse(value) && /^https?:\/\//.test(value), 'write the address of the privacy page'),
    retentionDays: atLeastOne.max(36_500, 'write at most 36500').default(400),
  }),
  listen: z.strictObject({ api: z.string().exactOptional(), check: z.string().exactOptional() }).exactOptional(),
  checkUrl: origin.exactOptional(),
  tls: z.strictObject({ certificate: path, key: path }).exactOptional(),
  frontProxies: z
    .array(z.strictObject({ from: cidrs, clientAddressHeader: headerName }))
    .max(32)
    .default([]),
  database: z.strictObject({ url: z.string().exactOptional() }).exactOptional(),
  policies: path.exactOptional(),
  languages: z
    .array(z.enum(languages, `write one of ${languages.join(', ')}`))
    .min(1, 'write at least one language')
    .max(2)
    .default([...languages]),
  resources: z
    .array(resource)
    .max(1000)
    .superRefine(unique('id', (item) => item.id))
    .default([]),
  callers: z
    .array(caller)
    .max(1000)
    .superRefine(unique('id', (item) => item.id))
    .superRefine((callers, context) => {
      callers.forEach((item, index) => {
        if (item.adapter !== 'authzen' && item.origins === undefined)
          context.addIssue({
            code: 'custom',
            path: [index, 'origins'],
            message: 'is missing: write the origins this proxy may ask about',
          })
      })
    })
    .default([]),
  people: z
    .array(person)
    .max(100_000)
    .superRefine(unique('email', (item) => item.email.toLowerCase()))
    .default([]),
  limits: z
    .strictObject({
      noncesPerMinute: atLeastOne.max(1_000_000, 'write at most 1000000').default(600),
      enrollmentsPerHour: atLeastOne.max(1_000_000, 'write at most 1000000').default(60),
    })
    .default({ noncesPerMinute: 600, enrollmentsPerHour: 60 }),
})
export type SettingsFile = z.infer<typeof settingsFile>

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text
}

function unique<Item>(member: string, of: (item: Item) => string) {
  return (items: readonly Item[], context: z.core.$RefinementCtx<readonly Item[]>) => {
    const seen = new Set<string>()
    items.forEach((item, index) => {
      const value = of(item)
      if (seen.has(value))
        context.addIssue({
          code: 'custom',
          path: [index, member],
          message: `${value} stands here twice: leave one out`,
          input: items,
        })
      seen.add(value)
    })
  }
}
