import { asGraticuleError, GraticuleError, isGraticuleError } from "../../errors.js";
import { hintOf } from "./access.js";
import { settingsNow } from "./settings-now.js";

/** What the SDK throws, as far as it matters. */
interface ServiceError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Names that mean: log in again, or with other keys. Amazon gives some of them with 400. */
const REFUSED = ["ExpiredToken", "ExpiredTokenException", "InvalidToken", "InvalidAccessKeyId", "SignatureDoesNotMatch"];
/** What Node says of connections, and its HTTP client of time. */
const NETWORK = /^(E[A-Z]+|UND_ERR_.*|TimeoutError)$/;

/** An error of the SDK by its name and status: Ceph's messages are empty. */
export function explainWrite(error: unknown, path: string): GraticuleError {
  if (isGraticuleError(error)) return asGraticuleError(error);
  const { name, message, code = "", $metadata } = error as ServiceError;
  const status = $metadata?.httpStatusCode ?? 0;
  const where = { file: path, cause: error };
  const said = `S3 answers ${status} (${name})`;
  if (name === "CredentialsProviderError")
    return new GraticuleError("permission", `no AWS credentials: ${message}`, {
      ...where,
      hint: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a --profile",
    });
  if (name === "NoSuchBucket") return new GraticuleError("not-found", `there is no such bucket (${said})`, where);
  if (name === "QuotaExceeded" || status === 507)
    return new GraticuleError("temporary", said, { ...where, hint: "free space, then run `graticule resume`" });
  if (status === 401 || status === 403 || REFUSED.includes(name))
    return new GraticuleError("permission", said, { ...where, hint: writeHint(name) });
  if (status === 404) return new GraticuleError("not-found", said, where);
  if ((status >= 500 && status !== 501) || status === 429 || status === 409 || name === "RequestTimeout")
    return new GraticuleError("temporary", said, where);
  if (status === 0 && (NETWORK.test(code) || NETWORK.test(name) || /socket|network|timed? ?out/i.test(message)))
    return new GraticuleError("temporary", `S3 cannot be reached: ${message || code || name}`, where);
  if (status >= 300) return new GraticuleError("unsupported", said, where);
  return new GraticuleError("internal", message || name, where);
}

function writeHint(name: string): string {
  const isOpen = settingsNow().credentials === "none";
  if (isOpen) return "unsigned requests may not write here: leave --anonymous away, and name a profile";
  return name === "AccessDenied" ? "other credentials (--profile): these may not write here" : hintOf(name, false);
}
