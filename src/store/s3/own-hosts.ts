import type { S3Address } from "./address.js";

/**
 * Amazon's hosts of S3, without the bucket's name: with and without a region, dual-stack, FIPS, accelerated ("Amazon Simple Storage
 * Service endpoints and quotas" of the AWS General Reference).
 */
const AMAZON =
  /^s3(?:-accelerate)?(?:-fips)?(?:\.dualstack)?(?:[.-](?:[a-z]{2}(?:-[a-z]+)+-\d+|external-1))?\.amazonaws\.com(?:\.cn)?$/;
/** What makes an address one that is signed already: by Signature Version 4, by 2. */
const SIGNATURES = ["X-Amz-Signature", "Signature"];

/**
 * Whether an address is one of the service that holds a bucket, so that a signature and a session's token may go there: the
 * endpoint's host, or the bucket's below it; of Amazon's the host of any region. Never unencrypted where the service is encrypted.
 *
 * @param endpoint null: Amazon's
 */
export function isOwnHost(url: URL, { bucket }: Pick<S3Address, "bucket">, endpoint: URL | null): boolean {
  const { protocol, port, hostname } = url;
  if (protocol !== "https:" && protocol !== endpoint?.protocol) return false;
  if (port !== (endpoint?.port ?? "")) return false;
  const host = hostname.startsWith(`${bucket}.`) ? hostname.slice(bucket.length + 1) : hostname;
  if (endpoint && host === endpoint.hostname) return true;
  return AMAZON.test(host) && (!endpoint || AMAZON.test(endpoint.hostname));
}

/** Whether an address is signed in itself: another signature beside that one is refused. */
export function isPresigned({ searchParams }: URL): boolean {
  return SIGNATURES.some((name) => searchParams.has(name));
}
