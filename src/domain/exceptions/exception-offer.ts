/** What an explanation says of an exception: whether it may be asked for, for how long at most, and who approves. */
export type ExceptionOffer = {
  readonly offered: boolean
  readonly max_duration_s?: number
  readonly stages?: readonly string[]
}
