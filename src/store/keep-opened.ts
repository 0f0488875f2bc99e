import type { ByteSource, Store } from "./contract.js";
import { isRemoteUrl } from "./scheme.js";

/** Sources kept: each holds the blocks of its metadata. */
const KEPT = 64;

/** A store whose remote sources stay open, with what they have read of their headers, until the store is closed. */
export interface KeepingStore extends Store {
  close(): Promise<void>;
}

interface Entry {
  readonly opened: Promise<ByteSource>;
  users: number;
}

/**
 * Opens each remote object once for a job that opens its files several times: to describe them, to plan, to read. The version
 * stays pinned all that time. Local files are opened anew: that costs nothing.
 */
export function keepOpened(store: Store): KeepingStore {
  const entries = new Map<string, Entry>();
  const evict = async (): Promise<void> => {
    for (const [url, { opened, users }] of entries) {
      if (entries.size <= KEPT) return;
      if (users > 0) continue;
      entries.delete(url);
      await (await opened).close();
    }
  };
  return {
    get: (url, options) => store.get(url, options),
    list: (prefix) => store.list(prefix),
    async open(url, options) {
      if (!isRemoteUrl(url)) return store.open(url, options);
      const entry = entries.get(url) ?? { opened: store.open(url, options), users: 0 };
      entries.delete(url);
      entries.set(url, entry);
      entry.users++;
      try {
        const source = await entry.opened;
        await evict();
        return borrowed(source, () => entry.users--);
      } catch (error) {
        if (entries.get(url) === entry) entries.delete(url);
        throw error;
      }
    },
    async close() {
      const all = await Promise.allSettled([...entries.values()].map(({ opened }) => opened));
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
    read: (ranges, options) => source.read(ranges, options),
    readOne: (range, options) => source.readOne(range, options),
    async close() {
      if (isOpen) giveBack();
      isOpen = false;
    },
  };
}
