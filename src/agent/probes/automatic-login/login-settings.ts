import { parseSettingLines, type SettingLine } from '#agent/probes/linux/setting-lines.ts'

/**
 * What the settings of one login program say. `unclear`: a file that was cut, mistyped, or says something that is
 * neither yes nor no. `guest` only where a file names it.
 */
export type LoginSetting = { readonly signsIn: 'yes' | 'no' | 'unclear'; readonly guest?: boolean }

/** How a login program's files are read: all of them, weakest first, as one text each. */
export type ReadLoginSettings = (texts: readonly string[]) => LoginSetting

/** GDM: `[daemon]`, an enabling switch and a user, at once or after a delay (GDM reference manual, "Automatic Login"). */
export const readGdm: ReadLoginSettings = (texts) => {
  const { lines, isClean } = merged(texts)
  const value = (key: string) => lines.findLast((line) => line.group === 'daemon' && line.key === key)?.value
  const ways = [
    { enabled: switchOf(value('AutomaticLoginEnable')), user: value('AutomaticLogin') },
    { enabled: switchOf(value('TimedLoginEnable')), user: value('TimedLogin') },
  ]
  if (ways.some(({ enabled, user }) => enabled === 'yes' && isSomebody(user))) return { signsIn: 'yes' }
  return { signsIn: isClean && ways.every(({ enabled }) => enabled !== 'unclear') ? 'no' : 'unclear' }
}

/** SDDM, and Plasma's login manager after it: `[Autologin]` with a user (sddm.conf(5)). */
export const readSddm: ReadLoginSettings = (texts) => {
  const { lines, isClean } = merged(texts)
  const user = lines.findLast((line) => line.group === 'Autologin' && line.key === 'User')?.value
  if (isSomebody(user)) return { signsIn: 'yes' }
  return { signsIn: isClean ? 'no' : 'unclear' }
}

/** LightDM: `autologin-user` or `autologin-guest` of any seat. */
export const readLightdm: ReadLoginSettings = (texts) => {
  const { lines, isClean } = merged(texts)
  const seats = lines.filter(({ group }) => group === 'SeatDefaults' || /^Seat:./.test(group))
  const last = new Map(seats.map(({ group, key, value }) => [`${group}\n${key}`, value]))
  const values = (key: string) => [...last].flatMap(([name, value]) => (name.endsWith(`\n${key}`) ? [value] : []))
  const guests = values('autologin-guest').map(switchOf)
  const allowed = values('allow-guest').map(switchOf)
  const guest = allowed.includes('yes') ? true : allowed.includes('no') ? false : undefined
  const signsIn =
    values('autologin-user').some(isSomebody) || guests.includes('yes')
      ? 'yes'
      : isClean && !guests.includes('unclear')
        ? 'no'
        : 'unclear'
  return { signsIn, ...(guest === undefined ? {} : { guest }) }
}

/** greetd: an `[initial_session]` runs once at start, for a user, without asking (greetd(5), TOML). */
export const readGreetd: ReadLoginSettings = (texts) => {
  const { lines, isClean } = merged(texts)
  const initial = lines.filter(({ group }) => group === 'initial_session')
  const user = initial.findLast(({ key }) => key === 'user')?.value.replace(/^(["'])([^"']*)\1.*$/, '$2')
  if (isSomebody(user)) return { signsIn: 'yes' }
  const isNamed = lines.some(({ group, key }) => `${group}.${key}`.includes('initial_session')) // inline and dotted tables too
  return { signsIn: isClean && !isNamed ? 'no' : 'unclear' }
}

/** agetty and mingetty in units and their drop-ins: each file by itself, since any of them may be in force. */
export const readGetty: ReadLoginSettings = (texts) => {
  const commands = texts.flatMap((text) => {
    const { lines } = parseSettingLines(text.replace(/\\\n/g, ' '))
    return lines.filter(({ group, key }) => group === 'Service' && key === 'ExecStart').map(({ value }) => value)
  })
  return { signsIn: commands.some(isAutologin) ? 'yes' : 'no' }
}

function isAutologin(command: string): boolean {
  const [program = '', ...words] = command
    .replace(/^[-@:+!]+/, '')
    .split(/\s+/)
    .map((word) => word.replace(/^["']|["']$/g, ''))
  if (!/(^|\/)\w*getty$/.test(program)) return false
  return words.some((word, index) => {
    if (word === '--autologin' || word === '-a')
      return isSomebody(words[index + 1]) && words[index + 1]?.startsWith('-') === false
    return /^--autologin=./.test(word)
  })
}

function merged(texts: readonly string[]): { readonly lines: readonly SettingLine[]; readonly isClean: boolean } {
  const parsed = texts.map(parseSettingLines)
  return { lines: parsed.flatMap(({ lines }) => lines), isClean: !parsed.some(({ isClean }) => !isClean) }
}

function isSomebody(user: string | undefined): boolean {
  return user !== undefined && user.trim() !== ''
}

/** Absent is off: none of these programs signs anybody in by default. */
function switchOf(value: string | undefined): 'yes' | 'no' | 'unclear' {
  const said = value?.toLowerCase()
  if (said === 'true' || said === '1' || said === 'yes') return 'yes'
  return said === undefined || said === 'false' || said === '0' || said === 'no' ? 'no' : 'unclear'
}
