/** A language made of another one, for tests: texts changed on the way to the page. Never part of what ships. */
export type Disguise = {
  readonly locale: string
  readonly rightToLeft: boolean
  readonly change: (text: string) => string
}
