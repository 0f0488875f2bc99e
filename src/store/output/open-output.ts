import { fileURLToPath } from "node:url";
import { GraticuleError } from "../../errors.js";
import { s3Output } from "../s3/s3-output.js";
import { schemeOf } from "../scheme.js";
import type { OutputStore } from "./contract.js";
import { diskOutput } from "./disk-output.js";

/** Where a path of {@link outputPath} leads. What S3 needs is loaded with the first request. */
export function openOutput(path: string): OutputStore {
  return schemeOf(path) === "s3" ? s3Output : diskOutput;
}

/**
 * A destination as it was named: a path, a `file://` URL, or `s3://bucket/prefix`.
 * @throws `unsupported` for other schemes, `usage` for a bucket without a prefix
 */
export function outputPath(named: string): string {
  const scheme = schemeOf(named);
  if (scheme === null) return named;
  if (scheme === "file") return fileURLToPath(named);
  if (scheme !== "s3")
    throw new GraticuleError("unsupported", `${scheme}:// is no place for output`, {
      file: named,
      hint: "write to a local folder or to s3://bucket/prefix",
    });
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]*)\/*(.*?)\/*$/is.exec(named) ?? [];
  if (bucket === "" || key === "")
    throw new GraticuleError("usage", "a destination in S3 is a prefix or an object in a bucket", {
      file: named,
      hint: "write s3://bucket/prefix, or s3://bucket/name.parquet for one object",
    });
  return `s3://${bucket}/${key}`;
}
