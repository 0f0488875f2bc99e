/** Milliseconds after which requests have been sent, also over new connections, which take some turns of the loop. */
const SENT = 4;

/**
 * Does work while requests that were just made are on their way. Not at once: what keeps the loop busy would hold back those that
 * wait for a connection.
 * @returns takes it back where nothing had to be waited for
 */
export function whileWaiting(work: () => void): () => void {
  const later = setTimeout(work, SENT);
  return () => clearTimeout(later);
}
