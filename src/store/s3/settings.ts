import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { GraticuleError } from "../../errors.js";
import { type IniFile, parseIni } from "./ini.js";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How S3 is spoken to. */
export interface S3Settings {
  /** Of another service than Amazon's. */
  readonly endpoint: URL | null;
  readonly region: string;
  /** "none": requests go unsigned; "chain": roles, single sign-on, metadata services, which the SDK knows. */
  readonly credentials: Credentials | "none" | "chain";
  /** Chosen by name. */
  readonly profile: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What of the environment decides; for a cache's key. */
export const S3_VARIABLES = [
  "AWS_ENDPOINT_URL_S3",
  "AWS_ENDPOINT_URL",
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
  "AWS_PROFILE",
  "AWS_NO_SIGN_REQUEST",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_CONFIG_FILE",
  "AWS_SHARED_CREDENTIALS_FILE",
] as const;

/** Keys of a profile that lead to credentials which are not in the file. */
const INDIRECT = ["role_arn", "sso_session", "sso_start_url", "credential_process", "web_identity_token_file", "login_session"];

/**
 * Reads the settings as the AWS tools do: the environment, then the profile (`AWS_PROFILE`, else "default") of the shared files;
 * a profile that is named goes before keys in the environment. `AWS_NO_SIGN_REQUEST` asks for unsigned requests.
 *
 * @throws `usage` for a profile that is nowhere, an endpoint that is no URL, half a key pair
 */
export function readSettings(env: Environment = process.env): S3Settings {
  const home = env.HOME || homedir();
  const config = readIni(env.AWS_CONFIG_FILE || join(home, ".aws", "config"));
  const shared = readIni(env.AWS_SHARED_CREDENTIALS_FILE || join(home, ".aws", "credentials"));
  const profile = env.AWS_PROFILE || undefined;
  const name = profile ?? "default";
  const ofConfig = config.get(`profile ${name}`) ?? config.get(name);
  const ofShared = shared.get(name);
  if (profile !== undefined && !ofConfig && !ofShared)
    throw new GraticuleError("usage", `there is no AWS profile "${profile}"`, {
      hint: "look into ~/.aws/config and ~/.aws/credentials",
    });
  const own = new Map([...(ofConfig ?? []), ...(ofShared ?? [])]);
  const services = config.get(`services ${own.get("services")}`);
  const endpoint =
    env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || services?.get("s3.endpoint_url") || own.get("endpoint_url") || undefined;
  return {
    endpoint: endpoint === undefined ? null : endpointOf(endpoint),
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION || own.get("region") || "us-east-1",
    credentials: credentialsOf(env, own),
    profile,
  };
}

function credentialsOf(env: Environment, own: ReadonlyMap<string, string>): S3Settings["credentials"] {
  if (env.AWS_NO_SIGN_REQUEST && !/^(0|no|false)$/i.test(env.AWS_NO_SIGN_REQUEST)) return "none";
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = env;
  if (!env.AWS_PROFILE && (id || secret)) return pairOf(id, secret, token, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
  if (INDIRECT.some((key) => own.has(key))) return "chain";
  const [ownId, ownSecret] = [own.get("aws_access_key_id"), own.get("aws_secret_access_key")];
  if (!ownId && !ownSecret) return "chain";
  return pairOf(ownId, ownSecret, own.get("aws_session_token"), "aws_access_key_id and aws_secret_access_key");
}

function pairOf(id: string | undefined, secret: string | undefined, token: string | undefined, names: string): Credentials {
  if (!id || !secret) throw new GraticuleError("usage", `${names} belong together; one of them is missing`);
  return { accessKeyId: id, secretAccessKey: secret, ...(token && { sessionToken: token }) };
}

function endpointOf(text: string): URL {
  const url = URL.parse(text);
  if (url && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw new GraticuleError("usage", `"${text}" is no address of an S3 service`, {
    hint: "write https://host, with a port if it needs one",
  });
}

function readIni(path: string): IniFile {
  try {
    return parseIni(readFileSync(path, "utf8"));
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES") return new Map();
    throw error;
  }
}
