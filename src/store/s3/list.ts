import { GraticuleError } from "../../errors.js";
import type { ObjectInfo } from "../contract.js";
import { HttpObject, type HttpObjectOptions } from "../http/http-object.js";
import { S3Access } from "./access.js";
import { encodeStrictly, parseAddress } from "./address.js";
import type { S3Settings } from "./settings.js";
import { elementOf } from "./xml.js";

/**
 * Objects of a bucket whose keys begin with a prefix, by key: ListObjectsV2, page by page. Where a service gives no token for the
 * next page, as those that know ListObjects alone, it is asked for by the last key.
 * @throws `not-found` for an absent bucket, `permission`, `malformed`; `unsupported` where the service cannot be asked for more
 */
export async function* listObjects(
  prefix: string,
  settings: S3Settings,
  limits: HttpObjectOptions["limits"] = {},
): AsyncGenerator<ObjectInfo> {
  const { bucket, key } = parseAddress(prefix);
  const access = new S3Access({ bucket, key: "" }, settings);
  const first = { "list-type": "2", "encoding-type": "url", prefix: key };
  let next: Readonly<Record<string, string>> | null = {};
  let count = 0;
  while (next !== null) {
    const query = Object.entries({ ...first, ...next }).map(([name, value]) => `${name}=${encodeStrictly(value)}`);
    const page = new HttpObject(access.location(query.join("&")), { name: prefix, access, limits });
    const bytes = await page.whole({});
    if (!bytes) throw new GraticuleError("not-found", `there is no bucket ${bucket}`, { file: prefix });
    const xml = Buffer.from(bytes).toString("utf8");
    if (!xml.includes("<ListBucketResult"))
      throw new GraticuleError("malformed", "the answer to a listing is none: this is no S3 service", { file: prefix });
    const entries = [...contentsOf(xml)];
    if (!isBehind(entries, next[AFTER])) throw endless(prefix, count);
    count += entries.length;
    for (const { key: name, ...info } of entries) yield { url: `s3://${bucket}/${name}`, ...info };
    const after = nextPage(xml, entries.at(-1)?.key);
    if (after === "unknown") throw endless(prefix, count);
    if (after?.[TOKEN] !== undefined && after[TOKEN] === next[TOKEN])
      throw new GraticuleError("malformed", "the listing goes round in circles", { file: prefix });
    next = after;
  }
}

const TOKEN = "continuation-token";
const AFTER = "start-after";

/** What asks for the page after this one; null: it is the last. Without a token, both ListObjectsV2 and ListObjects are told the last key. */
function nextPage(xml: string, last: string | undefined): Readonly<Record<string, string>> | null | "unknown" {
  if (elementOf(xml, "IsTruncated") !== "true") return null;
  const token = elementOf(xml, "NextContinuationToken");
  if (token !== undefined) return { [TOKEN]: token };
  return last === undefined ? "unknown" : { [AFTER]: last, marker: last };
}

/** Whether a page that was asked for by the key before it holds what comes behind: keys are listed in the order of their UTF-8. */
function isBehind(entries: readonly Entry[], key: string | undefined): boolean {
  if (key === undefined) return true;
  const before = Buffer.from(key);
  return entries.every((entry) => Buffer.compare(Buffer.from(entry.key), before) > 0);
}

function endless(file: string, count: number): GraticuleError {
  return new GraticuleError("unsupported", `the service lists ${count} objects, says that there are more, and does not go on`, {
    file,
    hint: "name a longer prefix, or the objects themselves",
  });
}

interface Entry extends Omit<ObjectInfo, "url"> {
  readonly key: string;
}

function* contentsOf(xml: string): Iterable<Entry> {
  const isEncoded = elementOf(xml, "EncodingType") === "url";
  for (const [, entry = ""] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
    const name = elementOf(entry, "Key") ?? "";
    const size = Number(elementOf(entry, "Size") ?? 0);
    const key = isEncoded ? decodeURIComponent(name.replaceAll("+", "%20")) : name;
    yield { key, size, version: elementOf(entry, "ETag") ?? `size-${size}` };
  }
}
