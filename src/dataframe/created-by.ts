import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ownRoot } from "../format/discover.js";

/** As Parquet readers parse it: `name version x`. */
export function createdBy(): string {
  const { version } = JSON.parse(readFileSync(join(ownRoot(), "package.json"), "utf8")) as { version: string };
  return `graticule version ${version}`;
}
