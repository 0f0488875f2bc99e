import { asGraticuleError } from "../errors.js";
import type { Dataset, ReadContext } from "../format/contract.js";
import { openDataset } from "../format/open-dataset.js";
import { type OwnedReadContext, readContext } from "../format/read-context.js";
import type { FormatRegistry } from "../format/registry.js";
import type { Store } from "../store/contract.js";

/** What files of an archive are opened with. Its counters count what all of them read. */
export interface MemberOptions {
  readonly context: ReadContext;
  readonly registry: FormatRegistry;
  readonly store?: Store;
}

/** Opens a file, does something with it, and closes it whatever happens. Errors name the file. */
export async function withMember<T>(
  url: string,
  { context, registry, store }: MemberOptions,
  use: (dataset: Dataset, context: OwnedReadContext) => Promise<T>,
): Promise<T> {
  const own = readContext({
    codecs: context.codecs,
    parallel: context.parallel,
    ...(store && { store }),
    signal: context.signal,
  });
  try {
    const dataset = await openDataset(url, { context: own, registry, ...(store && { store }) });
    try {
      return await use(dataset, own);
    } finally {
      await dataset.close();
    }
  } catch (error) {
    throw asGraticuleError(error, { file: url });
  } finally {
    await own.close();
    context.counters.requests += own.counters.requests;
    context.counters.bytes += own.counters.bytes;
    context.counters.chunks += own.counters.chunks;
  }
}

/** `work` on every item, at most `limit` at a time; results in the items' order. The first failure stops the rest. */
export async function mapBounded<A, B>(
  items: readonly A[],
  limit: number,
  work: (item: A, index: number) => Promise<B>,
): Promise<B[]> {
  const results = new Array<B>(items.length);
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (!failed && next < items.length) {
      const index = next++;
      try {
        results[index] = await work(items[index] as A, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}
