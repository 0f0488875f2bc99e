import { setTimeout as sleep } from "node:timers/promises";
import { GraticuleError } from "../../errors.js";
import type { HttpLimits } from "./limits.js";

/** A failure that another attempt may mend. */
export class Transient extends Error {
  constructor(
    readonly error: GraticuleError,
    /** Milliseconds that the server asks to wait (Retry-After). */
    readonly after: number | undefined = undefined,
    /** Nobody answered: sooner given up where nobody ever has. */
    readonly isUnreached = false,
  ) {
    super(error.message);
  }
}

export interface Attempts {
  readonly limits: HttpLimits;
  /** Whether the server has answered before. */
  readonly isKnown: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` until it succeeds, with growing pauses (exponential, full jitter; at least what Retry-After says).
 *
 * @param work calls `progress` when it has got further, which begins the count anew; throws {@link Transient} to be tried again
 * @throws the last failure, saying how often it was tried; the signal's reason
 */
export async function withRetries<T>(
  work: (progress: () => void) => Promise<T>,
  { limits, isKnown, signal }: Attempts,
): Promise<T> {
  const start = Date.now();
  let failures = 0;
  let total = 0;
  const progress = (): void => {
    failures = 0;
  };
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await work(progress);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Transient)) throw error;
      failures++;
      total++;
      const most = error.isUnreached && !isKnown ? limits.firstAttempts : limits.attempts;
      const pause = pauseAfter(failures, error.after, limits);
      if (failures >= most || Date.now() - start + pause > limits.deadline) throw givenUp(error.error, total);
      await sleep(pause, undefined, { signal });
    }
  }
}

function pauseAfter(failures: number, after: number | undefined, { pause, longestPause }: HttpLimits): number {
  const most = Math.min(longestPause, pause * 2 ** (failures - 1));
  return Math.max(after ?? 0, most * (0.5 + Math.random() / 2));
}

function givenUp(error: GraticuleError, attempts: number): GraticuleError {
  if (attempts === 1) return error;
  const { file, offset, hint, cause } = error;
  return new GraticuleError(error.tag, `${error.message} (given up after ${attempts} attempts)`, {
    ...(file !== undefined && { file }),
    ...(offset !== undefined && { offset }),
    ...(hint !== undefined && { hint }),
    ...(cause !== undefined && { cause }),
  });
}

/** Milliseconds of a Retry-After header (RFC 9110, § 10.2.3): seconds, or a date. */
export function retryAfter(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
