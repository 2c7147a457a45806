/** Colours for a terminal, or none at all. They only repeat what the words say. */
export type Paint = {
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
  readonly good: (text: string) => string
  readonly attention: (text: string) => string
  readonly bad: (text: string) => string
}

const same = (text: string) => text
export const noPaint: Paint = { strong: same, faint: same, good: same, attention: same, bad: same }

const sequence = (open: number, close: number) => (text: string) => `\u001b[${open}m${text}\u001b[${close}m`
const colours: Paint = {
  strong: sequence(1, 22),
  faint: sequence(2, 22),
  good: sequence(32, 39),
  attention: sequence(33, 39),
  bad: sequence(31, 39),
}

/** Colour only on a terminal that can show it, and never with `NO_COLOR` (https://no-color.org: any value but empty). */
export function paintFor(
  stream: { readonly isTTY?: boolean },
  environment: { readonly [name: string]: string | undefined },
): Paint {
  if (stream.isTTY !== true || environment['TERM'] === 'dumb' || (environment['NO_COLOR'] ?? '') !== '') return noPaint
  return colours
}
