import { createHash, createHmac } from "node:crypto";
import type { Headers } from "../http/send.js";
import { encodeStrictly } from "./address.js";
import type { Credentials } from "./settings.js";

/** SHA-256 of nothing: the body of a GET. */
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/**
 * The headers that sign a GET: AWS Signature Version 4 with the header `Authorization` ("Authenticating Requests (AWS Signature
 * Version 4)" of the S3 API reference). The path is signed as it stands in the URL.
 */
export function signatureOf(
  url: URL,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  region: string,
  now: Date,
): Headers {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const own = {
    "x-amz-content-sha256": EMPTY,
    "x-amz-date": time,
    ...(sessionToken && { "x-amz-security-token": sessionToken }),
  };
  const signed = Object.entries({ host: url.host, ...own });
  const names = signed.map(([name]) => name).join(";");
  const lines = signed.map(([name, value]) => `${name}:${value.trim()}\n`).join("");
  const request = ["GET", url.pathname, canonicalQuery(url), lines, names, EMPTY].join("\n");
  const text = ["AWS4-HMAC-SHA256", time, scope, createHash("sha256").update(request).digest("hex")].join("\n");
  let key: Buffer = hmac(`AWS4${secretAccessKey}`, time.slice(0, 8));
  for (const part of [region, "s3", "aws4_request"]) key = hmac(key, part);
  const signature = hmac(key, text).toString("hex");
  return {
    ...own,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope},SignedHeaders=${names},Signature=${signature}`,
  };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text, "utf8").digest();
}

function canonicalQuery(url: URL): string {
  const pairs = [...url.searchParams].map(([name, value]) => `${encodeStrictly(name)}=${encodeStrictly(value)}`);
  return pairs.sort().join("&");
}
