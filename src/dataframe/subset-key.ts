import { createHash } from "node:crypto";
import { parseExpr } from "../expr/parse.js";
import { printExpr } from "../expr/print.js";
import { parseGeoBox } from "../plan/subset.js";
import type { CheckedRequest } from "./check-request.js";

/**
 * Equal for requests that take the same rows and columns of a file, however they are written, run or stored.
 * @throws `usage` for a box or a predicate that is none
 */
export function subsetKey(request: CheckedRequest): string {
  const { vars, bbox, time, where, table, rename, withSource, withScalars } = request;
  const asked = {
    vars: vars && [...new Set(vars)].sort(),
    bbox: bbox === undefined ? undefined : parseGeoBox(bbox),
    time: time?.trim(),
    where: where === undefined ? undefined : printExpr(parseExpr(where)),
    table,
    rename: rename && Object.entries(rename).sort(([a], [b]) => (a < b ? -1 : 1)),
    withSource: withSource || undefined,
    withScalars: withScalars || undefined,
  };
  return createHash("sha256").update(JSON.stringify(asked)).digest("hex");
}
