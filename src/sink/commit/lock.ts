import { asGraticuleError } from "../../errors.js";
import { acquireDiskLock } from "./disk-lock.js";
import type { Lock } from "./held-lock.js";
import type { DestinationLayout } from "./layout.js";
import { acquireLease } from "./lease.js";
import { removeTemporaries } from "./remove-temporaries.js";

/** Does the work as the destination's one writer. Errors of the file system are the destination's. @throws `conflict` */
export async function withLock<T>(layout: DestinationLayout, work: (lock: Lock) => Promise<T>): Promise<T> {
  try {
    if (layout.store.kind === "s3") return await withLease(layout, work);
    await layout.store.makeFolder(layout.state);
    const lock = acquireDiskLock(layout.lock);
    try {
      removeTemporaries(layout);
      // The process holds it until it ends.
      return await work({ signal: new AbortController().signal, check: () => Promise.resolve() });
    } finally {
      lock.release();
    }
  } catch (error) {
    throw asGraticuleError(error, { file: layout.dest });
  }
}

async function withLease<T>(layout: DestinationLayout, work: (lock: Lock) => Promise<T>): Promise<T> {
  const lease = await acquireLease(layout);
  try {
    return await work(lease);
  } finally {
    await lease.release();
  }
}
