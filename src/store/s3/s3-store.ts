import { GraticuleError } from "../../errors.js";
import type { Store } from "../contract.js";
import { HttpObject } from "../http/http-object.js";
import { type HttpStoreOptions, openRemote } from "../http/http-store.js";
import { S3Access } from "./access.js";
import { parseAddress } from "./address.js";
import { listObjects } from "./list.js";
import type { S3Settings } from "./settings.js";
import { settingsNow } from "./settings-now.js";

export interface S3StoreOptions extends HttpStoreOptions {
  /** Default: from the AWS environment and profile. */
  readonly settings?: S3Settings;
}

/**
 * Objects by `s3://bucket/key`, at Amazon or any service of that interface: the requests of the http store, signed. The AWS SDK is
 * loaded only for credentials that are not written down (see `chain.ts`): importing it takes longer than opening a file.
 */
export function s3Store(options: S3StoreOptions = {}): Store {
  const { limits } = options;
  const settings = (): S3Settings => options.settings ?? settingsNow();
  const objectOf = (url: string): HttpObject => {
    const address = parseAddress(url);
    if (address.key === "") throw new GraticuleError("usage", "this names a bucket, and no object in it", { file: url });
    const access = new S3Access(address, settings());
    return new HttpObject(access.location(), { name: url, access, ...(limits && { limits }) });
  };
  return {
    open: async (url, read = {}) => openRemote(url, objectOf(url), read, options),
    get: async (url, read = {}) => objectOf(url).whole(read),
    list: (prefix) => listObjects(prefix, settings(), limits),
  };
}
