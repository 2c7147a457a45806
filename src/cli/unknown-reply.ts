/** The agent answered with a code that this version does not know. */
export class UnknownReply extends Error {
  readonly code: string

  constructor(code: string) {
    super(code)
    this.name = 'UnknownReply'
    this.code = code
  }
}
