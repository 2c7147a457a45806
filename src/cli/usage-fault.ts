/** Words that cannot be run as typed: said in the person's language, exit 2. */
export class UsageFault extends Error {
  readonly says: string
  readonly instead: string | undefined

  constructor(says: string, instead?: string) {
    super(says)
    this.name = 'UsageFault'
    this.says = says
    this.instead = instead
  }
}
