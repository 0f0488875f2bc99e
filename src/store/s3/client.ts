import type { S3Client } from "@aws-sdk/client-s3";
import type { S3Settings } from "./settings.js";
import { settingsNow } from "./settings-now.js";

/** Retries of the SDK that outlast the restart of a gateway. */
const ATTEMPTS = 8;

const clients = new Map<S3Settings, Promise<S3Client>>();

/** The client that writes, one per settings and thread. */
export function clientNow(): Promise<S3Client> {
  const settings = settingsNow();
  const client = clients.get(settings) ?? makeClient(settings);
  clients.set(settings, client);
  return client;
}

/**
 * Options that Amazon and Ceph both take: checksums of the SDK's own only where an operation requires them (Ceph ignores CRC32, so
 * that `Content-MD5` guards what is sent), addresses by path.
 */
async function makeClient({ endpoint, region, credentials, profile }: S3Settings): Promise<S3Client> {
  const { S3Client } = await import("@aws-sdk/client-s3");
  return new S3Client({
    region,
    maxAttempts: ATTEMPTS,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    followRegionRedirects: true,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
    ...(endpoint && { endpoint: endpoint.href, forcePathStyle: true }),
    ...(profile !== undefined && { profile }),
    ...(typeof credentials === "object" && { credentials }),
    ...(credentials === "none" && { signer: { sign: async (request) => request } }),
  });
}
