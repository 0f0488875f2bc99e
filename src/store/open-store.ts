import type { Store } from "./contract.js";
import { fileStore } from "./file.js";
import { schemeOf } from "./scheme.js";

/**
 * Every store behind one: files by path or `file://`, `http(s)://`, `s3://`. What is remote is loaded when the first such URL is
 * met. Options of S3 come from the AWS environment and profile (see `s3/settings.ts`).
 */
export function openStore(): Store {
  const local = fileStore();
  const storeOf = async (url: string): Promise<Store> => {
    switch (schemeOf(url)) {
      case "http":
      case "https":
        return (await import("./http/http-store.js")).httpStore();
      case "s3":
        return (await import("./s3/s3-store.js")).s3Store();
      default:
        return local;
    }
  };
  return {
    open: async (url, options) => (await storeOf(url)).open(url, options),
    get: async (url, options) => (await storeOf(url)).get(url, options),
    async *list(prefix, options) {
      yield* (await storeOf(prefix)).list(prefix, options);
    },
  };
}
