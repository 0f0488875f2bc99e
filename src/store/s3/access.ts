import { type ErrorDetails, GraticuleError } from "../../errors.js";
import type { Access, Refusal } from "../http/access.js";
import { AbsentObject } from "../http/explain.js";
import { Transient } from "../http/retry.js";
import type { Headers } from "../http/send.js";
import { locationOf, type S3Address } from "./address.js";
import { chainCredentials } from "./chain.js";
import { isOwnHost, isPresigned } from "./own-hosts.js";
import type { Credentials, S3Settings } from "./settings.js";
import { elementOf } from "./xml.js";

/** What a bucket has taught: shared by all that read from it. */
interface Knowledge {
  region: string;
  /** Milliseconds that the service's clock is ahead of ours. */
  ahead: number;
}

const known = new Map<string, Knowledge>();

/** It becomes part of a host's name. */
const REGION = /^[a-z0-9-]{1,40}$/;

/** Clocks that differ by less are not what a service refuses. */
const SKEW = 60_000;

/** Access to one object or listing: signed, in the region that the bucket turns out to be in. */
export class S3Access implements Access {
  readonly #knowledge: Knowledge;
  /** What was known when a request's headers were made: another request may have learnt more since. */
  readonly #made = new WeakMap<Headers, Readonly<Knowledge>>();
  readonly #locations = new WeakSet<URL>();

  constructor(
    readonly address: S3Address,
    readonly settings: S3Settings,
  ) {
    const { endpoint, region } = settings;
    const key = `${endpoint?.href ?? ""} ${address.bucket}`;
    this.#knowledge = known.get(key) ?? { region, ahead: 0 };
    known.set(key, this.#knowledge);
  }

  /** @param query of a listing */
  location(query = ""): URL {
    const url = locationOf(this.address, this.settings.endpoint, this.#knowledge.region);
    url.search = query;
    this.#locations.add(url);
    return url;
  }

  /** Signed where the address is the service's own; the headers for any other bear nothing of who asks. */
  async headers(url: URL, own: Headers): Promise<Headers> {
    const credentials = this.#isOwn(url) && !isPresigned(url) ? await this.#credentials() : null;
    const sign = credentials && (await import("./sign.js")).signatureOf;
    const { region, ahead } = this.#knowledge;
    const headers = { ...own, ...(credentials && sign?.(url, credentials, region, new Date(Date.now() + ahead))) };
    this.#made.set(headers, { region, ahead });
    return headers;
  }

  refusal(answer: Refusal, where: ErrorDetails): Error | URL | null {
    const { status, text, url } = answer;
    if (!this.#isOwn(url)) return null;
    const code = elementOf(text, "Code") ?? "";
    return (
      this.#elsewhere(answer) ??
      this.#later(answer, code) ??
      refusalOf(status, code, this.address.bucket, this.settings.credentials === "none", where)
    );
  }

  #isOwn(url: URL): boolean {
    return this.#locations.has(url) || isOwnHost(url, this.address, this.settings.endpoint);
  }

  /** Where a request has to go that was made for another region than the bucket's. */
  #elsewhere({ status, headers, text, url, sent }: Refusal): URL | null {
    const told = headers["x-amz-bucket-region"] ?? elementOf(text, "Region");
    if (typeof told !== "string" || !REGION.test(told) || ![301, 307, 400, 403].includes(status)) return null;
    this.#knowledge.region = told;
    const next = this.location(url.search);
    const isMisplaced = this.#locations.has(url) && url.host !== next.host;
    return isMisplaced || this.#made.get(sent)?.region !== told ? next : null;
  }

  /** The same place again, for a request that was signed by a wrong clock. */
  #later({ headers, url, sent }: Refusal, code: string): URL | null {
    const made = this.#made.get(sent);
    if (code !== "RequestTimeTooSkewed" || !made || typeof headers.date !== "string") return null;
    const ahead = Date.parse(headers.date) - Date.now();
    if (Number.isNaN(ahead) || Math.abs(ahead - made.ahead) < SKEW) return null;
    this.#knowledge.ahead = ahead;
    return url;
  }

  async #credentials(): Promise<Credentials | null> {
    const { credentials } = this.settings;
    if (credentials === "none") return null;
    return credentials === "chain" ? chainCredentials(this.settings) : credentials;
  }
}

/** Ceph's gateway gives no messages: name and status say it. */
function refusalOf(status: number, code: string, bucket: string, isOpen: boolean, where: ErrorDetails): Error | null {
  const said = code === "" ? `S3 answers ${status}` : `S3 answers ${status} (${code})`;
  switch (status) {
    case 401:
    case 403:
      return new GraticuleError("permission", said, { ...where, hint: hintOf(code, isOpen) });
    case 404:
      if (code === "NoSuchBucket") return new GraticuleError("not-found", `there is no bucket ${bucket}`, where);
      return new AbsentObject(`there is no such object (${said})`, where);
    case 400:
    case 409:
      if (code === "RequestTimeout" || code === "OperationAborted")
        return new Transient(new GraticuleError("temporary", said, where));
      return new GraticuleError(code === "InvalidBucketName" ? "usage" : "unsupported", said, where);
    default:
      return null;
  }
}

/** What to do where a service refuses. */
export function hintOf(code: string, isOpen: boolean): string {
  if (isOpen) return "the bucket is not public: leave --anonymous (AWS_NO_SIGN_REQUEST) away, and name a profile";
  if (code === "SignatureDoesNotMatch") return "the secret key does not belong to the access key, or a proxy changes requests";
  if (code === "InvalidAccessKeyId") return "this service does not know the access key: look at the profile and the endpoint";
  if (code === "ExpiredToken") return "the session has ended: log in again";
  return "other credentials (--profile), or none (--anonymous) for a public bucket; an absent key looks the same without leave to list";
}
