import { GraticuleError } from "../../errors.js";
import type { ObjectInfo } from "../contract.js";
import { HttpObject, type HttpObjectOptions } from "../http/http-object.js";
import { S3Access } from "./access.js";
import { encodeStrictly, parseAddress } from "./address.js";
import type { S3Settings } from "./settings.js";

/**
 * Objects of a bucket whose keys begin with a prefix, by key: ListObjectsV2, page by page.
 * @throws `not-found` for an absent bucket, `permission`, `malformed`
 */
export async function* listObjects(
  prefix: string,
  settings: S3Settings,
  limits: HttpObjectOptions["limits"] = {},
): AsyncGenerator<ObjectInfo> {
  const { bucket, key } = parseAddress(prefix);
  const access = new S3Access({ bucket, key: "" }, settings);
  let token: string | undefined;
  do {
    const query = {
      "list-type": "2",
      "encoding-type": "url",
      prefix: key,
      ...(token !== undefined && { "continuation-token": token }),
    };
    const search = Object.entries(query).map(([name, value]) => `${name}=${encodeStrictly(value)}`);
    const page = new HttpObject(access.location(search.join("&")), { name: prefix, access, limits });
    const bytes = await page.whole({});
    if (!bytes) throw new GraticuleError("not-found", `there is no bucket ${bucket}`, { file: prefix });
    const xml = Buffer.from(bytes).toString("utf8");
    if (!xml.includes("<ListBucketResult"))
      throw new GraticuleError("malformed", "the answer to a listing is none: this is no S3 service", { file: prefix });
    yield* contentsOf(xml, bucket);
    const next = elementOf(xml, "IsTruncated") === "true" ? elementOf(xml, "NextContinuationToken") : undefined;
    if (next !== undefined && next === token)
      throw new GraticuleError("malformed", "the listing goes round in circles", { file: prefix });
    token = next;
  } while (token !== undefined);
}

function* contentsOf(xml: string, bucket: string): Iterable<ObjectInfo> {
  const isEncoded = elementOf(xml, "EncodingType") === "url";
  for (const [, entry = ""] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
    const key = elementOf(entry, "Key") ?? "";
    const name = isEncoded ? decodeURIComponent(key.replaceAll("+", "%20")) : key;
    const size = Number(elementOf(entry, "Size") ?? 0);
    yield { url: `s3://${bucket}/${name}`, size, version: elementOf(entry, "ETag") ?? `size-${size}` };
  }
}

function elementOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(#x[0-9a-f]+|#\d+|quot|apos|amp|lt|gt);/gi, (_, entity: string) => letterOf(entity.toLowerCase()));
}

function letterOf(entity: string): string {
  if (entity.startsWith("#x")) return String.fromCodePoint(Number.parseInt(entity.slice(2), 16));
  if (entity.startsWith("#")) return String.fromCodePoint(Number(entity.slice(1)));
  return { quot: '"', apos: "'", amp: "&", lt: "<" }[entity] ?? ">";
}
