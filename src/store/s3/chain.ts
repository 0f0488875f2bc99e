import { GraticuleError } from "../../errors.js";
import type { Credentials, S3Settings } from "./settings.js";

type Provider = () => Promise<Credentials>;
const providers = new Map<string, Promise<Provider>>();

/**
 * Credentials that are not written down: roles, single sign-on, processes, metadata services. The SDK finds and renews them; it
 * is loaded here only, because that takes longer than opening a file.
 *
 * @throws `permission`, with what the SDK says
 */
export async function chainCredentials({ profile, region }: S3Settings): Promise<Credentials> {
  const key = `${profile ?? ""} ${region}`;
  const provider = providers.get(key) ?? loadProvider(profile, region);
  providers.set(key, provider);
  try {
    return await (await provider)();
  } catch (error) {
    providers.delete(key);
    throw new GraticuleError("permission", `no AWS credentials: ${error instanceof Error ? error.message : String(error)}`, {
      hint: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a --profile, or read a public bucket with --anonymous",
      cause: error,
    });
  }
}

async function loadProvider(profile: string | undefined, region: string): Promise<Provider> {
  const { S3Client } = await import("@aws-sdk/client-s3");
  const client = new S3Client({ region, ...(profile !== undefined && { profile }) });
  return async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  };
}
