import * as z from 'zod'

const fingerprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const pin = z.string().regex(/^(sha256\/)?[A-Za-z0-9+/]{43}=$/)
const httpsUrl = z.string().max(400).refine(isHttpsUrl)

/**
 * Every managed setting (desktop.md section 15): its form, and the safe value that stands where nothing usable is set.
 * Templates for administrators and the reference page are generated from this.
 */
export const settings = z.object({
  ServerUrl: z.string().max(200).refine(isIssuer).optional(),
  EnrollmentToken: fingerprint.optional(),
  GatewayConfigKid: fingerprint.optional(),
  SilentEnrollment: z.boolean().default(false),
  UpdateMode: z.enum(['auto', 'notify', 'managed', 'off']).default('auto'),
  UpdateChannel: z.enum(['stable', 'beta']).default('stable'),
  UpdateUrl: httpsUrl.optional(),
  AllowFileKey: z.boolean().default(false),
  CheckIntervalMinutes: z.int().min(5).max(60).optional(),
  Notifications: z.enum(['normal', 'quiet', 'off']).default('normal'),
  ProxyMode: z.enum(['system', 'direct', 'fixed']).default('system'),
  ProxyUrl: z.string().max(200).refine(isProxyUrl).optional(),
  PinnedSpki: z.array(pin).min(2).max(10).optional(),
  ClientCertificateIssuer: z.string().min(1).max(400).optional(),
  HardwareAcceleration: z.boolean().default(false),
  HideQuit: z.boolean().default(false),
  SupportUrl: httpsUrl.optional(),
  Language: z.enum(['en', 'de']).optional(),
})

export type SettingValues = z.output<typeof settings>
export type SettingName = keyof SettingValues

/** What a person may choose where no organisation does. */
export const choosable = ['UpdateMode', 'UpdateChannel', 'Notifications', 'HardwareAcceleration', 'Language'] as const
export type Chosen = Partial<Pick<SettingValues, (typeof choosable)[number]>>

/** What is in force when nobody set anything. */
export const safeSettings: SettingValues = settings.parse({})

export const settingNames: readonly SettingName[] = Object.keys(settings.shape).filter(isSettingName)

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settings.shape, name)
}

function isIssuer(text: string): boolean {
  return /^https:\/\/[a-z0-9.-]+(:\d{1,5})?$/.test(text) && URL.canParse(text)
}

/** These places are world-readable, so no credentials. */
function isProxyUrl(text: string): boolean {
  return /^https?:\/\/[A-Za-z0-9.[\]:-]+$/.test(text) && URL.canParse(text)
}

function isHttpsUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url?.protocol === 'https:' && url.username === '' && url.password === ''
}
