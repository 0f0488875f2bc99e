/** The right to be the destination's one writer. */
export interface Lock {
  /** Aborted where the right is lost. */
  readonly signal: AbortSignal;
  /** @throws `conflict` where the right is lost, or may be */
  check(): Promise<void>;
}
