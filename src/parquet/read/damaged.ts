import { type ErrorDetails, GraticuleError } from "../../errors.js";

/** What of a Parquet file is not what the format says. */
export function damaged(what: string, details: ErrorDetails = {}): GraticuleError {
  return new GraticuleError("malformed", `Parquet: ${what}`, details);
}

export function unsupported(what: string, details: ErrorDetails = {}): GraticuleError {
  return new GraticuleError("unsupported", `Parquet: ${what}`, details);
}
