import { GraticuleError, withoutSecrets } from "../../errors.js";
import type { BlockCache } from "../block-cache.js";
import type { RequestCosts } from "../coalesce.js";
import type { ByteSource, ReadOptions, Store } from "../contract.js";
import { memorySource } from "../memory.js";
import { HttpObject, type HttpObjectOptions } from "./http-object.js";
import type { HttpLimits } from "./limits.js";

export interface HttpStoreOptions {
  /** Bytes of the first request. Default 256 KiB: most headers are shorter. */
  readonly first?: number;
  readonly limits?: Partial<HttpLimits>;
  readonly costs?: Partial<RequestCosts>;
}

const FIRST = 1 << 18;

/**
 * Files of web servers and object stores by `http://` and `https://`: byte ranges, asked for together. A server without ranges
 * gives small files only. Nothing can be listed.
 */
export function httpStore(options: HttpStoreOptions = {}): Store {
  const objectOf = (url: string): HttpObject => new HttpObject(parsed(url), { name: withoutSecrets(url), ...limitsOf(options) });
  return {
    open: async (url, read = {}) => openRemote(url, objectOf(url), read, options),
    get: async (url, read = {}) => objectOf(url).whole(read),
    list(prefix) {
      throw new GraticuleError("unsupported", "a web server's folders cannot be listed", {
        file: withoutSecrets(prefix),
        hint: "name the files, or give a list of them on stdin: `… -`",
      });
    },
  };
}

/**
 * Opens an object: the first request tells size and version, and brings the first bytes. Of an object that was open before, and
 * has its strong ETag still, what is known is known again.
 */
export async function openRemote(
  url: string,
  object: HttpObject,
  read: ReadOptions,
  { first = FIRST, costs }: HttpStoreOptions,
): Promise<ByteSource> {
  const before = known.get(url);
  // Loaded while the answer is on its way.
  const [opened, { RemoteSource }] = await Promise.all([object.open(before ? 1 : first, read), import("../remote-source.js")]);
  const { size, version, head } = opened;
  const isWhole = head.length === size;
  if (isWhole) return { ...memorySource(url, head, version), isRemote: true, cost: () => ({ requests: 0, bytes: 0 }) };
  const kept = before?.version === version && before.cache.size === size ? before.cache : undefined;
  const remember = (cache: BlockCache): void => {
    if (version.startsWith('"')) keep(url, { version, cache });
  };
  return new RemoteSource(url, object, opened, {
    costs: { inFlight: object.limits.inFlight, ...costs },
    remember,
    ...(kept && { kept }),
  });
}

interface Known {
  readonly version: string;
  readonly cache: BlockCache;
}

/** Blocks of objects that were closed, the last ones. */
const known = new Map<string, Known>();
const MOST_KNOWN = 8;

function keep(url: string, entry: Known): void {
  known.delete(url);
  known.set(url, entry);
  const oldest = known.keys().next();
  if (known.size > MOST_KNOWN && !oldest.done) known.delete(oldest.value);
}

function limitsOf({ limits }: HttpStoreOptions): Pick<HttpObjectOptions, "limits"> {
  return limits ? { limits } : {};
}

function parsed(url: string): URL {
  const found = URL.parse(url);
  if (found && (found.protocol === "http:" || found.protocol === "https:") && found.hostname !== "") return found;
  throw new GraticuleError("usage", "this is no address", { file: withoutSecrets(url), hint: "write https://host/path" });
}
