/** A browser session as a decision sees it. Times are Unix seconds; null means it did not happen. */
export type DecisionSession = {
  readonly beganAt: number
  /** The last WebAuthn assertion given in this session, the one it began with not counted. */
  readonly steppedUpAt: number | null
  /** The written reason given in this session. */
  readonly reasonAt: number | null
}
