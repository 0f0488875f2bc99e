/** How patient the http store is, and how greedy. Times in milliseconds. */
export interface HttpLimits {
  /** Without a byte for so long, an attempt has failed: connecting, waiting for the answer, between two pieces of it. */
  readonly idle: number;
  /** Bytes a second below which an attempt is given up once `idle` has passed: a server that drips holds a lane for ever. */
  readonly slowest: number;
  /** Attempts in a row without progress. A gateway that restarts needs 8. */
  readonly attempts: number;
  /** The same where nobody has answered yet: what was typed may be wrong. */
  readonly firstAttempts: number;
  /** All attempts of one request together. */
  readonly deadline: number;
  /** First pause between attempts, doubled each time, with jitter. */
  readonly pause: number;
  readonly longestPause: number;
  /** Requests at a time to one server. */
  readonly inFlight: number;
  /** Bytes that are taken whole from a server that knows no ranges. */
  readonly wholeBytes: number;
}

export const HTTP_LIMITS: HttpLimits = {
  idle: 30_000,
  slowest: 4096,
  attempts: 8,
  firstAttempts: 4,
  deadline: 300_000,
  pause: 100,
  longestPause: 10_000,
  inFlight: 32,
  wholeBytes: 64 << 20,
};
