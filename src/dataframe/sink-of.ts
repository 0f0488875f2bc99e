import type { SinkSpec } from "../plan/nodes.js";
import { type ConvertRequest, parseCompression, parseEncoding } from "./convert-request.js";

const DEFAULT_ROW_GROUP = 1 << 20;

/** How parts are written. */
export type WritingRequest = Pick<
  ConvertRequest,
  "compression" | "encoding" | "pageVersion" | "bloom" | "rowGroupRows" | "rowGroupBytes" | "geo" | "layout"
>;

/** @throws `usage` */
export function sinkOf(request: WritingRequest, dest: string, mode: SinkSpec["mode"]): SinkSpec {
  const { encoding, pageVersion, bloom, rowGroupBytes, geo, layout } = request;
  return {
    format: "parquet",
    dest,
    compression: parseCompression(request.compression ?? "zstd"),
    rowGroupRows: request.rowGroupRows ?? DEFAULT_ROW_GROUP,
    ...(rowGroupBytes !== undefined && { rowGroupBytes }),
    ...(encoding && {
      encodings: Object.fromEntries(Object.entries(encoding).map(([column, name]) => [column, parseEncoding(column, name)])),
    }),
    ...(pageVersion !== undefined && { pageVersion }),
    ...(bloom && { bloomFilters: bloom }),
    ...(geo && geo !== "none" && { geo }),
    ...(layout && layout !== "parts" && { layout }),
    mode,
  };
}
