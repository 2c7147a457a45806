/** What apt's daily run is told to do, each by its interval: undefined where it is not set, which is `no`. */
export type AptPeriodic = {
  readonly enable: boolean | undefined
  readonly update: boolean | undefined
  readonly download: boolean | undefined
  readonly upgrade: boolean | undefined
}

const keys = {
  enable: 'apt::periodic::enable',
  update: 'apt::periodic::update-package-lists',
  download: 'apt::periodic::download-upgradeable-packages',
  upgrade: 'apt::periodic::unattended-upgrade',
} as const

/**
 * Reads `apt-config dump`, or a settings file that is written in the same flat form: `KEY "value";`, keys in any case,
 * the last of two in force. Undefined when the last line is not whole.
 */
export function parseAptPeriodic(text: string): AptPeriodic | undefined {
  if (text !== '' && !/;\s*(\/\/.*|#.*)?\n\s*$/.test(text)) return undefined
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    const found = /^\s*([A-Za-z0-9:_./+-]+)\s+"([^"]*)"\s*;/.exec(line)
    if (found?.[1] !== undefined) values.set(found[1].toLowerCase(), found[2] ?? '')
  }
  const of = (key: string) => isInterval(values.get(key))
  return { enable: of(keys.enable), update: of(keys.update), download: of(keys.download), upgrade: of(keys.upgrade) }
}

/** `always`, or a number above 0 with a unit or none. Words that apt's script cannot count with start nothing. */
function isInterval(value: string | undefined): boolean | undefined {
  if (value === undefined || value === '') return undefined
  if (value === 'always') return true
  return /^[0-9]+[smhd]?$/.test(value) && Number.parseInt(value, 10) > 0
}
