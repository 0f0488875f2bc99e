import type { ByteOrder, CodecSpec } from "graticule/plugin";
import { codecSpec, isMoving, transposeSpec } from "../codec-spec.js";
import type { Element } from "../element.js";
import { ZarrError } from "../error.js";
import { isArray, isObject, type Json, type JsonObject, member } from "../json.js";
import { chunkShapeOf, type Level, product } from "../layout.js";

/** A codec as version 3 writes it. */
interface Named {
  readonly name: string;
  readonly configuration: JsonObject;
}

const NONE: JsonObject = {};
const MAX_DEPTH = 4;

/** Filters that see numbers of a type: it takes the byte order that the chunk has in the end. */
const NUMERIC_FILTERS = new Set(["delta", "fixedscaleoffset", "quantize", "astype", "bitround"]);

/** @throws `malformed` */
export function namedCodecs(json: Json | undefined, what: string): Named[] {
  if (!isArray(json) || json.length === 0) throw new ZarrError("malformed", `${what} is no list of codecs`);
  return json.map((item) => {
    const name = isObject(item) ? member(item, "name") : item;
    const configuration = isObject(item) ? member(item, "configuration") : undefined;
    if (typeof name !== "string") throw new ZarrError("malformed", `${what} holds a codec without a name`);
    return { name, configuration: isObject(configuration) ? configuration : NONE };
  });
}

/** The byte order of the innermost chunks. */
export function byteOrderOf(codecs: readonly Named[], depth = 0): ByteOrder {
  for (const { name, configuration } of codecs) {
    if (name === "bytes" || name === "endian") return member(configuration, "endian") === "big" ? "big" : "little";
    if (name === "sharding_indexed" && depth < MAX_DEPTH)
      return byteOrderOf(namedCodecs(member(configuration, "codecs"), "codecs of a shard"), depth + 1);
  }
  return "little";
}

/**
 * A grid of chunks from its codecs (Zarr core specification version 3, "chunk encoding"; sharding codec version 1.0).
 *
 * @throws `malformed`; `unsupported` for combinations that have no range to read
 */
export function levelOf(codecs: readonly Named[], chunkShape: readonly number[], element: Element, depth = 0): Level {
  const specs: CodecSpec[] = [];
  let shape = chunkShape;
  let listOrder: readonly number[] | undefined;
  let shard: Level["shard"];
  const byteOrder = element.dtype.byteOrder ?? "little";
  for (const { name, configuration } of codecs) {
    switch (name) {
      case "transpose": {
        const order = orderOf(member(configuration, "order"), shape.length);
        if (isMoving(shape, order)) {
          if (!element.list) specs.push(transposeSpec(shape, order));
          else listOrder = listOrder ? order.map((d) => (listOrder as readonly number[])[d] as number) : order;
        }
        shape = order.map((d) => shape[d] as number);
        break;
      }
      case "bytes":
      case "endian":
      case "vlen-utf8":
      case "vlen-bytes":
        checkSerialiser(name, element);
        break;
      case "sharding_indexed":
        if (specs.length > 0 || listOrder)
          throw new ZarrError("unsupported", `no reader for ${codecs[0]?.name} before sharding_indexed`);
        if (depth >= MAX_DEPTH) throw new ZarrError("unsupported", `shards within shards, more than ${MAX_DEPTH} deep`);
        shard = shardOf(configuration, chunkShape, element, depth);
        break;
      default:
        specs.push(withByteOrder(codecSpec(name, name === "crc32c" ? { location: "end" } : configuration), byteOrder));
    }
  }
  return { chunkShape, codecs: specs, ...(listOrder && { listOrder }), ...(shard && { shard }) };
}

function shardOf(
  configuration: JsonObject,
  chunkShape: readonly number[],
  element: Element,
  depth: number,
): NonNullable<Level["shard"]> {
  const innerShape = chunkShapeOf(member(configuration, "chunk_shape"), "chunk_shape of a shard", chunkShape);
  const grid = chunkShape.map((length, d) => length / (innerShape[d] as number));
  if (!grid.every(Number.isInteger) || product(grid) > 2 ** 28)
    throw new ZarrError(
      "malformed",
      `shards of [${chunkShape.join(", ")}] cannot be divided into chunks of [${innerShape.join(", ")}]`,
    );
  const location = member(configuration, "index_location") ?? "end";
  if (location !== "end" && location !== "start") throw new ZarrError("malformed", "index_location is neither start nor end");
  const index = namedCodecs(member(configuration, "index_codecs"), "index_codecs");
  const checks = index.filter(({ name }) => name !== "bytes" && name !== "endian").map(({ name }) => name);
  const other = checks.find((name) => name !== "crc32c");
  if (other !== undefined) throw new ZarrError("unsupported", `no reader for a shard's index encoded by ${other}`);
  const inner = namedCodecs(member(configuration, "codecs"), "codecs of a shard");
  return {
    inner: levelOf(inner, innerShape, element, depth + 1),
    grid,
    indexAtStart: location === "start",
    indexIsBig: byteOrderOf(index) === "big",
    indexChecks: checks.map((id) => ({ id, parameters: { location: "end" } })),
  };
}

/** How elements become bytes must fit what the elements are. */
function checkSerialiser(name: string, { list, dtype }: Element): void {
  const isPlain = name === "bytes" || name === "endian";
  if (isPlain ? !list || list.kind === "utf32" || list.kind === "records" : list?.kind === name) return;
  throw new ZarrError("unsupported", `no reader for ${list ? list.kind : dtype.name} encoded by ${name}`);
}

function orderOf(json: Json | undefined, rank: number): number[] {
  if (json === "C") return Array.from({ length: rank }, (_, d) => d);
  if (json === "F") return Array.from({ length: rank }, (_, d) => rank - 1 - d);
  const order = isArray(json) ? (json as number[]) : [];
  const isSound = order.length === rank && [...order].sort((a, b) => Number(a) - Number(b)).every((d, i) => d === i);
  if (isSound) return [...order];
  throw new ZarrError("malformed", "the order of a transpose is no order of the dimensions");
}

const NUMPY: Readonly<Record<string, string>> = {
  bool: "b1",
  int8: "i1",
  uint8: "u1",
  int16: "i2",
  uint16: "u2",
  int32: "i4",
  uint32: "u4",
  int64: "i8",
  uint64: "u8",
  float16: "f2",
  float32: "f4",
  float64: "f8",
};

/** Types in a filter's configuration as numpy spells them, in the chunk's byte order. */
function withByteOrder(spec: CodecSpec, byteOrder: ByteOrder): CodecSpec {
  if (!NUMERIC_FILTERS.has(spec.id)) return spec;
  const parameters: Record<string, number | string | boolean> = { ...spec.parameters };
  for (const key of ["dtype", "astype", "encode_dtype", "decode_dtype"]) {
    const type = parameters[key];
    if (typeof type !== "string") continue;
    const plain = (Object.hasOwn(NUMPY, type) ? (NUMPY[type] as string) : type).replace(/^[<>|=]/, "");
    parameters[key] = plain.endsWith("1") ? `|${plain}` : `${byteOrder === "big" ? ">" : "<"}${plain}`;
  }
  return { ...spec, parameters };
}
