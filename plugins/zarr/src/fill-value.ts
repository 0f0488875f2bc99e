import type { AttributeElement, DType } from "graticule/plugin";
import { type Element, isNumeric, numeric } from "./element.js";
import { ZarrError } from "./error.js";
import { isArray, isObject, type Json, member, showJson } from "./json.js";
import { numberReader } from "./values/number-reader.js";
import { readRecords } from "./values/records.js";
import { writeNumber } from "./write-number.js";

/** numpy's "not a time". */
const NAT = -(2n ** 63n);

/**
 * The fill value as the bytes of one element; undefined for none, and for lists.
 * Zarr v2, "fill value encoding"; Zarr v3, "fill value list" and the data types' own pages.
 *
 * @throws `malformed` where it is no value of the type
 */
export function fillBytes(json: Json | undefined, { dtype, list }: Element): Uint8Array | undefined {
  if (json === null || json === undefined || (list && list.kind !== "records")) return undefined;
  const bytes = new Uint8Array(dtype.size);
  put(json, dtype, new DataView(bytes.buffer), 0, 0);
  return bytes.every((byte) => byte === 0) ? undefined : bytes;
}

/** The fill value of a number as an attribute has it; undefined where there is none. */
export function fillNumber(json: Json | undefined, dtype: DType): number | bigint | undefined {
  if (json === null || json === undefined || !isNumeric(dtype.name)) return undefined;
  const value = numberOf(json, dtype);
  const isLong = dtype.name === "int64" || dtype.name === "uint64";
  return isLong && Number.isInteger(value) ? BigInt(value) : value;
}

/** What an absent chunk's elements are in a list. */
export function fillElement(json: Json | undefined, element: Element): AttributeElement | Uint8Array {
  const { list, dtype } = element;
  if (list?.kind === "records") return readRecords(fillBytes(json, element) ?? new Uint8Array(dtype.size), dtype)[0] ?? {};
  if (list?.kind === "vlen-array") return [];
  if (list?.kind === "vlen-bytes") {
    if (isArray(json)) return Uint8Array.from(json, Number);
    return typeof json === "string" ? new Uint8Array(Buffer.from(json, "base64")) : new Uint8Array(0);
  }
  return typeof json === "string" ? json.replace(/\0+$/, "") : "";
}

function put(json: Json, dtype: DType, view: DataView, at: number, depth: number): void {
  const { name, size } = dtype;
  if (isNumeric(name)) putNumber(json, dtype, view, at);
  else if (name === "bool") {
    if (typeof json !== "boolean" && typeof json !== "number") throw noValue(json, dtype);
    view.setUint8(at, Number(json !== false && json !== 0));
  } else if (name === "complex64" || name === "complex128") {
    const half = numeric(size === 8 ? "float32" : "float64", dtype.byteOrder ?? "little");
    const [re = 0, im = 0] = isArray(json) ? json : [json];
    putNumber(re, half, view, at);
    putNumber(im, half, view, at + half.size);
  } else if (name !== "compound" || !putFields(json, dtype, view, at, depth)) putRaw(json, dtype, view, at);
}

/** A structure given field by field. False: it is given otherwise. */
function putFields(json: Json, { fields = [] }: DType, view: DataView, at: number, depth: number): boolean {
  if (depth > 16 || !(isObject(json) || isArray(json))) return false;
  if (isArray(json) && json.length !== fields.length) return false;
  fields.forEach((field, i) => {
    const value = isArray(json) ? json[i] : isObject(json) ? member(json, field.name) : undefined;
    const count = (field.shape ?? []).reduce((product, n) => product * n, 1);
    const values = field.shape && isArray(value) ? ((value as unknown[]).flat(32) as Json[]) : [];
    for (let k = 0; k < count; k++) {
      const one = field.shape && isArray(value) ? values[k] : value;
      if (one !== undefined && one !== null) put(one, field.dtype, view, at + field.offset + k * field.dtype.size, depth + 1);
    }
  });
  return true;
}

function putNumber(json: Json, dtype: DType, view: DataView, at: number): void {
  const bits = typeof json === "string" && /^0[xb][0-9a-f]+$/i.test(json) && json.length <= 66 ? BigInt(json) : undefined;
  if (bits === undefined) {
    writeNumber(view, at, dtype, numberOf(json, dtype));
    return;
  }
  const size = dtype.size;
  for (let i = 0; i < size; i++) {
    const place = dtype.byteOrder === "big" ? size - 1 - i : i;
    view.setUint8(at + place, Number((bits >> BigInt(8 * i)) & 255n));
  }
}

function numberOf(json: Json, dtype: DType): number | bigint {
  if (typeof json === "number" || typeof json === "bigint") return json;
  if (typeof json === "boolean") return Number(json);
  if (json === "NaT" && dtype.name === "int64") return NAT;
  if (dtype.name.startsWith("float")) {
    if (json === "NaN" || json === "nan") return Number.NaN;
    if (json === "Infinity" || json === "-Infinity") return Number(json);
    if (typeof json === "string" && /^0x[0-9a-f]+$/i.test(json) && json.length === 2 + 2 * dtype.size) {
      const bytes = new Uint8Array(8);
      const view = new DataView(bytes.buffer);
      putNumber(json, { name: dtype.name, size: dtype.size, byteOrder: "big" }, view, 0);
      return Number(numberReader({ name: dtype.name, size: dtype.size, byteOrder: "big" })(view, 0));
    }
  }
  if (typeof json === "string" && /^[+-]?\d{1,20}$/.test(json)) return BigInt(json);
  if (typeof json === "string" && /^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(json) && Number.isFinite(Number(json))) return Number(json);
  throw noValue(json, dtype);
}

/** Bytes as Base64, as a list of numbers, or as the text itself where it is no Base64 of at most that length. */
function putRaw(json: Json, dtype: DType, view: DataView, at: number): void {
  if (json === 0 || json === "" || json === 0n) return;
  const target = new Uint8Array(view.buffer, view.byteOffset + at, dtype.size);
  if (isArray(json) && json.length === dtype.size && json.every((n) => typeof n === "number" && n >= 0 && n < 256)) {
    target.set(json as number[]);
    return;
  }
  if (typeof json !== "string") throw noValue(json, dtype);
  const decoded = Buffer.from(json, "base64");
  const isBase64 = decoded.toString("base64") === json && decoded.length <= dtype.size;
  const bytes = isBase64 ? decoded : Buffer.from(json, "utf8");
  target.set(bytes.subarray(0, dtype.size));
}

function noValue(json: Json, dtype: DType): ZarrError {
  return new ZarrError("malformed", `fill_value ${showJson(json)} is no value of ${dtype.name}`);
}
