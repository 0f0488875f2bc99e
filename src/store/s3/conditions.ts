import { randomBytes } from "node:crypto";
import { isGraticuleError } from "../../errors.js";
import { parseAddress } from "./address.js";
import { settingsNow } from "./settings-now.js";

/** What the probe needs. */
interface Calls {
  /** @returns false where the service refuses */
  put(path: string, text: string, isNew: boolean): Promise<boolean>;
  remove(paths: readonly string[]): Promise<void>;
}

const known = new Map<string, Promise<boolean>>();

/**
 * Whether the service refuses to write over an object that must not be there (`If-None-Match: *`): some ignore it. Asked once for a
 * bucket, by writing an object twice and removing it.
 */
export function hasConditions(path: string, calls: Calls): Promise<boolean> {
  const { bucket } = parseAddress(path);
  const key = `${settingsNow().endpoint?.href ?? ""} ${bucket}`;
  const asked = known.get(key) ?? probe(`${path}.probe-${randomBytes(6).toString("hex")}`, calls);
  known.set(key, asked);
  asked.catch(() => known.delete(key));
  return asked;
}

async function probe(path: string, { put, remove }: Calls): Promise<boolean> {
  try {
    await put(path, "probe", true);
    const isHonoured = !(await put(path, "probe", true));
    await remove([path]);
    return isHonoured;
  } catch (error) {
    // A service that knows of no such condition may refuse the request as a whole.
    if (isGraticuleError(error, "unsupported")) return false;
    throw error;
  }
}
