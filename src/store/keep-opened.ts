import { wasClosed } from "./closed.js";
import type { ByteSource, Store } from "./contract.js";
import { isRemoteUrl } from "./scheme.js";
import { SharedWork } from "./shared-work.js";

/** Sources kept: each holds the blocks of its metadata. */
const KEPT = 64;

/** A store whose remote sources stay open, with what they have read of their headers, until the store is closed. */
export interface KeepingStore extends Store {
  close(): Promise<void>;
}

interface Entry {
  readonly opening: SharedWork<ByteSource>;
  users: number;
}

/**
 * Opens each remote object once for a job that opens its files several times: to describe them, to plan, to read. The version
 * stays pinned all that time. Local files are opened anew: that costs nothing.
 */
export function keepOpened(store: Store): KeepingStore {
  const entries = new Map<string, Entry>();
  const evict = async (): Promise<void> => {
    for (const [url, { opening, users }] of entries) {
      if (entries.size <= KEPT) return;
      if (users > 0) continue;
      entries.delete(url);
      await (await opening.result).close();
    }
  };
  return {
    get: (url, options) => store.get(url, options),
    list: (prefix, options) => store.list(prefix, options),
    async open(url, options) {
      if (!isRemoteUrl(url)) return store.open(url, options);
      const known = entries.get(url);
      const begin = (): Entry => ({ opening: new SharedWork((signal) => store.open(url, { ...options, signal })), users: 0 });
      const entry = known && !known.opening.isGivenUp ? known : begin();
      entries.delete(url);
      entries.set(url, entry);
      entry.users++;
      try {
        const source = await entry.opening.wait(options?.signal);
        await evict();
        return borrowed(source, () => entry.users--);
      } catch (error) {
        entry.users--;
        if (entry.users === 0 && entries.get(url) === entry) entries.delete(url);
        throw error;
      }
    },
    async close() {
      const all = await Promise.allSettled([...entries.values()].map(({ opening }) => opening.result));
      entries.clear();
      for (const one of all) if (one.status === "fulfilled") await one.value.close();
    },
  };
}

function borrowed(source: ByteSource, giveBack: () => void): ByteSource {
  let isOpen = true;
  return {
    url: source.url,
    size: source.size,
    version: source.version,
    ...(source.isRemote && { isRemote: true as const }),
    cost: (ranges) => source.cost?.(ranges) ?? { requests: ranges.length, bytes: ranges.reduce((n, { length }) => n + length, 0) },
    async *read(ranges, options) {
      if (!isOpen) throw wasClosed(source.url);
      yield* source.read(ranges, options);
    },
    async readOne(range, options) {
      if (!isOpen) throw wasClosed(source.url);
      return source.readOne(range, options);
    },
    async close() {
      if (isOpen) giveBack();
      isOpen = false;
    },
  };
}
