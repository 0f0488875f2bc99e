/**
 * Ctrl-C. A job that can stop in good order asks for the signal; the first Ctrl-C then aborts it, and the job ends with an
 * `interrupted` error (exit code 130). Where nobody asked, or at the second Ctrl-C, the process ends at once.
 */
let controller: AbortController | undefined;

/** Aborted at the first Ctrl-C. */
export function interruption(): AbortSignal {
  controller ??= new AbortController();
  return controller.signal;
}

/** A Ctrl-C arrived. @returns whether a running job takes it from here */
export function interrupt(): boolean {
  if (!controller || controller.signal.aborted) return false;
  controller.abort();
  return true;
}
