/** All that a format plugin may import: types only. Services arrive in the context that `open` and `readChunk` get. */
export type { CodecSpec } from "./codec/contract.js";
export type { ErrorDetails, ErrorJSON, ErrorTag, TaggedError } from "./errors.js";
export type {
  ArrayVariable,
  Attribute,
  AttributeElement,
  Attributes,
  Block,
  ChunkRef,
  Dataset,
  Dimension,
  FormatClaim,
  FormatPlugin,
  Group,
  Pieces,
  PluginManifest,
  Probe,
  ReadContext,
  ReadCounters,
  Values,
} from "./format/contract.js";
export type { Box, Range } from "./schema/box.js";
export type { ByteOrder, CompoundField, DType, DTypeName, NumericName } from "./schema/dtype.js";
export type { TypedArray } from "./schema/typed-array.js";
export type { ByteRange, ByteSource, ObjectInfo, RangeBytes, ReadOptions } from "./store/contract.js";
