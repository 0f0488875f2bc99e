import { GraticuleError } from "../errors.js";
import { type ColumnType, carrierOf, type Field } from "../schema/field.js";
import type { TypedArray } from "../schema/typed-array.js";
import { writeDelta, writeDeltaLengths, writeDeltaTexts } from "./delta.js";
import type { EncodeOptions } from "./dense-column.js";
import type { Dictionary } from "./dictionary.js";
import { ENCODING, type Encoding, type EncodingName } from "./format.js";
import { ByteWriter, bitWidth, writeHybrid } from "./hybrid.js";
import { lengthPrefixed, plainBytes, writeFlags } from "./plain.js";

/** Neighbouring values that are encoded in every way and compressed, to see which is smallest. */
const SAMPLE = 4096;
const TEXT_SAMPLE = 1024;
/** What is not the usual encoding must save this share. */
const WORTH = 0.9;

const INTEGERS = ["PLAIN", "RLE_DICTIONARY", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"] as const;
const FIXED = ["PLAIN", "RLE_DICTIONARY", "BYTE_STREAM_SPLIT"] as const;
const TEXTS = ["PLAIN", "RLE_DICTIONARY", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"] as const;

/** Encodings that the format knows for a column's values (Encodings.md). Of a list: of its items. */
export function encodingsOf(type: ColumnType): readonly EncodingName[] {
  switch (type.kind) {
    case "number":
      return type.name.startsWith("float") ? FIXED : INTEGERS;
    case "timestamp":
    case "date":
    case "time":
      return INTEGERS;
    case "decimal":
      return typeof carrierOf(type) === "object" ? FIXED : INTEGERS;
    case "float16":
    case "fixed-binary":
      return FIXED;
    case "bool":
      return ["PLAIN", "RLE"];
    case "string":
    case "binary":
      return TEXTS;
    case "list":
      return encodingsOf(type.item);
  }
}

/** The encoding that was asked for. @throws `usage` where the column's type has no such encoding */
export function requestedEncoding(field: Field, options: Pick<EncodeOptions, "encodingOf">): Encoding | undefined {
  const asked = options.encodingOf?.(field);
  if (asked === undefined) return undefined;
  const names = encodingsOf(field.type);
  if (names.some((name) => ENCODING[name] === asked)) return asked;
  const [name = String(asked)] = Object.entries(ENCODING).flatMap(([known, number]) => (number === asked ? [known] : []));
  throw new GraticuleError("usage", `column "${field.name}" cannot be encoded as ${name}`, {
    variable: field.name,
    hint: `its type has ${names.join(", ")}`,
  });
}

/** The cheapest way to keep whole numbers, by a compressed sample. @param sample values without nulls, neighbours in the column */
export function chooseForIntegers(
  sample: TypedArray,
  count: number,
  dictionary: Dictionary | null,
  compress: EncodeOptions["compress"],
): Encoding {
  const some = sample.subarray(0, SAMPLE) as TypedArray;
  if (some.length === 0) return dictionary ? ENCODING.RLE_DICTIONARY : ENCODING.PLAIN;
  const scale = count / some.length;
  const delta = new ByteWriter(some.byteLength + 64);
  writeDelta(delta, some);
  const size = compress(delta.finish()).length * scale;
  if (!dictionary) return size < WORTH * compress(plainBytes(some)).length * scale ? ENCODING.DELTA_BINARY_PACKED : ENCODING.PLAIN;
  return size < WORTH * dictionarySize(dictionary, compress) ? ENCODING.DELTA_BINARY_PACKED : ENCODING.RLE_DICTIONARY;
}

function dictionarySize({ values, indices }: Dictionary, compress: EncodeOptions["compress"]): number {
  const out = new ByteWriter();
  // From the middle: the first rows of a dictionary meet its entries in order.
  const from = Math.max(0, (indices.length - SAMPLE) >> 1);
  const to = Math.min(indices.length, from + SAMPLE);
  writeHybrid(out, indices, from, to, bitWidth(values.length));
  const codes = (compress(out.finish()).length * indices.length) / (to - from);
  const entries = values.subarray(0, SAMPLE) as TypedArray;
  return codes + (compress(plainBytes(entries)).length * values.length) / entries.length;
}

/** How to keep texts too many for a dictionary. @param sample neighbours in the column */
export function chooseForTexts(sample: readonly Uint8Array[], compress: EncodeOptions["compress"]): Encoding {
  const some = sample.slice(0, TEXT_SAMPLE);
  const sizeOf = (write: (out: ByteWriter) => void): number => {
    const out = new ByteWriter();
    write(out);
    return compress(out.finish()).length;
  };
  const plain = sizeOf((out) => out.bytes(lengthPrefixed(some)));
  const lengths = sizeOf((out) => writeDeltaLengths(out, some));
  const shared = sizeOf((out) => writeDeltaTexts(out, some));
  if (Math.min(lengths, shared) >= WORTH * plain) return ENCODING.PLAIN;
  return shared < WORTH * lengths ? ENCODING.DELTA_BYTE_ARRAY : ENCODING.DELTA_LENGTH_BYTE_ARRAY;
}

/** Runs of flags where they take half of what bits take. */
export function chooseForFlags(flags: TypedArray): Encoding {
  const some = flags.subarray(0, SAMPLE) as TypedArray;
  const out = new ByteWriter();
  writeFlags(out, some);
  return out.length * 2 < (some.length + 7) >> 3 ? ENCODING.RLE : ENCODING.PLAIN;
}
