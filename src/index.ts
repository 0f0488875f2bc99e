/** The library. What a program imports from "graticule"; `graticule/plugin` is for format plugins. */
export type { ConvertRequest } from "./dataframe/convert-request.js";
export type { ConvertedTable, ConvertResult } from "./dataframe/convert-result.js";
export { arrowStream, convert, gc, readArrow, resume, verify, writeParquet } from "./dataframe/entry.js";
export type { GcRequest, GcResult } from "./dataframe/gc.js";
export type { DenseArray, OpenDataset, OpenVariable, ReadRequest, SliceRequest } from "./dataframe/open.js";
export { open } from "./dataframe/open.js";
export type { ArrowRows, ReadArrowRequest } from "./dataframe/read-arrow.js";
export type { RunHooks } from "./dataframe/run-hooks.js";
export type { Difference, VerifyResult } from "./dataframe/verify/result.js";
export type { VerifyRequest } from "./dataframe/verify/verify.js";
export type { WriteParquetRequest } from "./dataframe/write-parquet.js";
export type { ErrorDetails, ErrorJSON, ErrorTag, TaggedError } from "./errors.js";
export { asGraticuleError, exitCodeOf, GraticuleError, isGraticuleError } from "./errors.js";
