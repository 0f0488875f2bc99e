import type { NumericName } from "../../schema/dtype.js";
import type { RowType } from "../../schema/row-batch.js";
import { damaged, unsupported } from "./damaged.js";
import { type SchemaElement, TYPE, TYPE_NAMES } from "./metadata.js";

/** Numbers of ConvertedType, by which files name types that have no LogicalType. */
const CONVERTED = {
  UTF8: 0,
  ENUM: 4,
  DECIMAL: 5,
  DATE: 6,
  TIME_MILLIS: 7,
  TIME_MICROS: 8,
  TIMESTAMP_MILLIS: 9,
  TIMESTAMP_MICROS: 10,
  UINT_8: 11,
  INT_8: 15,
  JSON: 19,
} as const;
/** Field numbers of the union LogicalType. */
const LOGICAL = {
  STRING: 1,
  ENUM: 4,
  DECIMAL: 5,
  DATE: 6,
  TIME: 7,
  TIMESTAMP: 8,
  INTEGER: 10,
  UNKNOWN: 11,
  JSON: 12,
  FLOAT16: 15,
} as const;
const MOST_DIGITS = 76;

/** The type of a leaf's values. What annotates bytes otherwise (UUID, BSON, INTERVAL, geometries) is left as bytes. */
export function rowTypeOf(element: SchemaElement): RowType {
  const { physical, logical, converted } = element;
  const logicalId = logical?.id ?? 0;
  if (logicalId === LOGICAL.UNKNOWN) return { kind: "null" };
  switch (physical) {
    case TYPE.BOOLEAN:
      return { kind: "bool" };
    case TYPE.INT32:
    case TYPE.INT64:
      return integerType(element, physical === TYPE.INT32 ? 32 : 64);
    case TYPE.INT96:
      return { kind: "timestamp", unit: "us", isUtc: false };
    case TYPE.FLOAT:
      return { kind: "number", name: "float32" };
    case TYPE.DOUBLE:
      return { kind: "number", name: "float64" };
    case TYPE.BYTE_ARRAY:
      if (isDecimal(element)) return decimalType(element);
      if (logicalId === LOGICAL.STRING || logicalId === LOGICAL.ENUM || logicalId === LOGICAL.JSON) return { kind: "string" };
      if (logicalId === 0 && (converted === CONVERTED.UTF8 || converted === CONVERTED.ENUM || converted === CONVERTED.JSON))
        return { kind: "string" };
      return { kind: "binary" };
    case TYPE.FIXED_LEN_BYTE_ARRAY: {
      const size = element.length ?? 0;
      if (size <= 0) throw damaged(`${element.name} has values of ${size} bytes`);
      if (isDecimal(element)) return decimalType(element);
      if (logicalId === LOGICAL.FLOAT16 && size === 2) return { kind: "number", name: "float16" };
      return { kind: "fixed-binary", size };
    }
    default:
      throw unsupported(`${element.name} is of the unknown type ${physical}`);
  }
}

function isDecimal({ logical, converted }: SchemaElement): boolean {
  return logical?.id === LOGICAL.DECIMAL || (logical === undefined && converted === CONVERTED.DECIMAL);
}

function decimalType(element: SchemaElement): RowType {
  const precision = element.logical?.precision ?? element.precision ?? 0;
  const scale = element.logical?.scale ?? element.scale ?? 0;
  if (precision <= 0) throw damaged(`${element.name} is a decimal of ${precision} digits`);
  if (precision > MOST_DIGITS)
    throw unsupported(`${element.name} is a decimal of ${precision} digits; the limit is ${MOST_DIGITS}`);
  return { kind: "decimal", precision, scale, size: precision > 38 ? 32 : 16 };
}

function integerType(element: SchemaElement, bits: 32 | 64): RowType {
  const { logical, converted = -1 } = element;
  if (isDecimal(element)) return decimalType(element);
  const plain: RowType = { kind: "number", name: bits === 32 ? "int32" : "int64" };
  switch (logical?.id ?? 0) {
    case LOGICAL.DATE:
      if (bits === 32) return { kind: "date" };
      break;
    case LOGICAL.TIME:
      if ((logical?.unit === "ms") === (bits === 32)) return { kind: "time", unit: logical?.unit ?? "ms" };
      break;
    case LOGICAL.TIMESTAMP:
      if (bits === 64) return { kind: "timestamp", unit: logical?.unit ?? "us", isUtc: logical?.isUtc ?? false };
      break;
    case LOGICAL.INTEGER: {
      const own = logical?.bits ?? bits;
      if ((own === 64) === (bits === 64) && [8, 16, 32, 64].includes(own))
        return { kind: "number", name: `${logical?.isSigned === false ? "u" : ""}int${own}` as NumericName };
      break;
    }
    case 0:
      return convertedType(converted, bits) ?? plain;
    default:
      return plain;
  }
  throw damaged(`${element.name} is of the type ${TYPE_NAMES[element.physical ?? -1]}, which does not fit what annotates it`);
}

function convertedType(converted: number, bits: 32 | 64): RowType | null {
  if (bits === 32 && converted === CONVERTED.DATE) return { kind: "date" };
  if (bits === 32 && converted === CONVERTED.TIME_MILLIS) return { kind: "time", unit: "ms" };
  if (bits === 64 && converted === CONVERTED.TIME_MICROS) return { kind: "time", unit: "us" };
  if (bits === 64 && converted === CONVERTED.TIMESTAMP_MILLIS) return { kind: "timestamp", unit: "ms", isUtc: true };
  if (bits === 64 && converted === CONVERTED.TIMESTAMP_MICROS) return { kind: "timestamp", unit: "us", isUtc: true };
  const unsigned = converted - CONVERTED.UINT_8;
  const signed = converted - CONVERTED.INT_8;
  const [step, sign] = unsigned >= 0 && unsigned < 4 ? [unsigned, "u"] : [signed, ""];
  if (step < 0 || step > 3) return null;
  const own = 8 << step;
  return (own === 64) === (bits === 64) ? { kind: "number", name: `${sign}int${own}` as NumericName } : null;
}
