import { GraticuleError } from "../../errors.js";

export interface S3Address {
  readonly bucket: string;
  /** As it is: an `s3://` URL is not percent-encoded. */
  readonly key: string;
}

/** @throws `usage` without a bucket */
export function parseAddress(url: string): S3Address {
  const match = /^s3:\/\/([^/]+)(?:\/(.*))?$/is.exec(url);
  if (!match) throw new GraticuleError("usage", "this is no address in S3", { file: url, hint: "write s3://bucket/key" });
  return { bucket: match[1] as string, key: match[2] ?? "" };
}

/**
 * Where a bucket or an object of it is asked for: in the bucket's own host at Amazon, where its name may be one; else by path,
 * which every service understands.
 *
 * @throws `unsupported` for keys that no URL can hold
 */
export function locationOf({ bucket, key }: S3Address, endpoint: URL | null, region: string): URL {
  if (key.split("/").some((part) => part === "." || part === ".."))
    throw new GraticuleError("unsupported", "keys with `.` or `..` between slashes cannot be asked for over HTTP", {
      file: `s3://${bucket}/${key}`,
    });
  const path = key.split("/").map(encodeStrictly).join("/");
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  if (!endpoint && /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket))
    return new URL(`https://${bucket}.s3.${region}.${suffix}/${path}`);
  const base = endpoint?.href.replace(/\/+$/, "") ?? `https://s3.${region}.${suffix}`;
  return new URL(`${base}/${encodeStrictly(bucket)}${key === "" ? "" : `/${path}`}`);
}

/** Percent-encodes all but the unreserved letters of RFC 3986, as signing wants it. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}
