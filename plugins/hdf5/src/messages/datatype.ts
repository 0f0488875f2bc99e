import type { CompoundField, DType } from "graticule/plugin";
import { type Cursor, decodeText } from "../cursor.js";
import { malformed } from "../errors.js";
import { enumMembers } from "./enum-members.js";
import { isCustomFloat } from "./float-format.js";
import { fixedType, floatType } from "./number-types.js";

/** A datatype message as an element type, the array dimensions around it, and why it cannot be read, where it cannot. */
export interface Datatype {
  readonly dtype: DType;
  readonly arrayShape: readonly number[];
  /** Bytes of the whole, array dimensions included. */
  readonly size: number;
  readonly unsupported?: string;
}

const DEEPEST = 24;
const PADDINGS = ["nul-terminated", "nul-padded", "space-padded"] as const;

/**
 * File format specification IV.A.2.d. The cursor stands behind the datatype afterwards.
 * @throws `malformed`
 */
export function parseDatatype(cursor: Cursor): Datatype {
  const problems: string[] = [];
  const type = parse(cursor, problems, 0);
  return problems[0] === undefined ? type : { ...type, unsupported: problems[0] };
}

/** What a class's properties are parsed with: `bits` are the class bit field's 24 bits. */
interface Head {
  readonly version: number;
  readonly bits: number;
  readonly size: number;
}

function parse(cursor: Cursor, problems: string[], depth: number): Datatype {
  if (depth > DEEPEST) throw malformed(`datatypes inside datatypes, more than ${DEEPEST} deep`, cursor.here);
  const at = cursor.here;
  const first = cursor.u8();
  const head = { version: first >> 4, bits: cursor.u24(), size: cursor.u32() };
  if (head.version < 1 || head.version > 5) throw malformed(`datatype version ${head.version}`, at);
  if (head.size === 0 && (first & 15) !== 3 && (first & 15) !== 5) throw malformed("a datatype of no bytes", at);
  const plain = (dtype: DType): Datatype => ({ dtype, arrayShape: [], size: head.size });
  switch (first & 15) {
    case 0:
      return plain(fixedType(cursor, head, problems));
    case 1:
      return plain(floatType(cursor, head, problems));
    case 2:
      cursor.skip(2);
      problems.push("a value of HDF5's time class");
      return plain({ name: "opaque", size: head.size });
    case 3:
      return plain(stringType(head));
    case 4:
      return plain({ ...fixedType(cursor, head, problems), name: "bitfield" });
    case 5:
      return plain(opaqueType(cursor, head));
    case 6:
      return plain(compoundType(cursor, head, problems, depth));
    case 7:
      if (head.bits & 14) problems.push("references of HDF5 1.12's kinds");
      return plain({ name: "reference", size: head.size });
    case 8:
      return plain(enumType(cursor, head, problems, depth));
    case 9:
      return plain(variableType(cursor, head, problems, depth));
    case 10:
      return arrayType(cursor, head, problems, depth);
    case 11:
      return plain(complexType(cursor, head, problems, depth));
    default:
      throw malformed(`datatype class ${first & 15}`, at);
  }
}

/** h5py keeps types that HDF5 does not know as opaque ones with numpy's name in the tag; byte strings among them are text. */
function opaqueType(cursor: Cursor, { bits, size }: Head): DType {
  const tag = decodeText(cursor.take(bits & 0xff));
  if (tag !== `NUMPY:|S${size}`) return { name: "opaque", size };
  return size === 1
    ? { name: "char", size }
    : { name: "string", size, text: { variable: false, padding: "nul-padded", charset: "ascii" } };
}

function stringType({ bits, size }: Head): DType {
  if (size === 1) return { name: "char", size };
  return { name: "string", size, text: { variable: false, padding: paddingOf(bits & 15), charset: charsetOf(bits >> 4) } };
}

function variableType(cursor: Cursor, { bits, size }: Head, problems: string[], depth: number): DType {
  const base = parse(cursor, problems, depth + 1);
  if ((bits & 15) === 1)
    return { name: "string", size, text: { variable: true, padding: paddingOf((bits >> 4) & 15), charset: charsetOf(bits >> 8) } };
  if (base.arrayShape.length > 0) problems.push("sequences of varying length of arrays");
  return { name: "vlen", size, base: base.dtype };
}

function compoundType(cursor: Cursor, { version, bits, size }: Head, problems: string[], depth: number): DType {
  const count = bits & 0xffff;
  if (count === 0) throw malformed("a compound without members", cursor.here);
  const fields: CompoundField[] = [];
  for (let i = 0; i < count; i++) {
    const name = paddedName(cursor, version);
    const offset = version >= 3 ? cursor.uint(bytesOf(size)) : cursor.u32();
    const outer = version === 1 ? oldArrayShape(cursor) : [];
    const member = parse(cursor, problems, depth + 1);
    const shape = [...outer, ...member.arrayShape];
    const bytes = outer.reduce((n, length) => n * length, member.size);
    if (offset + bytes > size)
      throw malformed(`the member ${name} ends at byte ${offset + bytes} of a compound of ${size}`, cursor.here);
    fields.push({ name, offset, dtype: member.dtype, ...(shape.length > 0 && { shape }) });
  }
  return { name: "compound", size, fields };
}

/** Version 1 keeps up to four array dimensions with the member. */
function oldArrayShape(cursor: Cursor): number[] {
  const rank = cursor.u8();
  cursor.skip(3 + 4 + 4);
  if (rank > 4) throw malformed(`an array member of ${rank} dimensions`, cursor.here);
  const lengths = Array.from({ length: 4 }, () => cursor.u32());
  return lengths.slice(0, rank);
}

function enumType(cursor: Cursor, { version, bits, size }: Head, problems: string[], depth: number): DType {
  const base = parse(cursor, problems, depth + 1);
  const count = bits & 0xffff;
  if (base.size !== size || base.arrayShape.length > 0)
    throw malformed(`an enumeration of ${size} bytes over ${base.size}`, cursor.here);
  const names = Array.from({ length: count }, () => paddedName(cursor, version));
  const members = enumMembers(names, cursor.take(count * size), base.dtype);
  const { byteOrder } = base.dtype;
  return { name: "enum", size, ...(byteOrder && { byteOrder }), base: base.dtype, members };
}

function arrayType(cursor: Cursor, { version, size }: Head, problems: string[], depth: number): Datatype {
  const rank = cursor.u8();
  if (version < 3) cursor.skip(3);
  if (rank === 0 || rank > 32) throw malformed(`an array type of ${rank} dimensions`, cursor.here);
  const shape = Array.from({ length: rank }, () => cursor.u32());
  if (version < 3) cursor.skip(4 * rank);
  const base = parse(cursor, problems, depth + 1);
  const bytes = shape.reduce((n, length) => n * length, base.size);
  if (bytes !== size) throw malformed(`an array type of ${shape.join(" x ")} elements in ${size} bytes`, cursor.here);
  return { dtype: base.dtype, arrayShape: [...shape, ...base.arrayShape], size };
}

/** New in version 5 (HDF5 2.0): two numbers of the base type. */
function complexType(cursor: Cursor, { size }: Head, problems: string[], depth: number): DType {
  const base = parse(cursor, problems, depth + 1).dtype;
  const order = base.byteOrder ? { byteOrder: base.byteOrder } : {};
  if (base.name === "float32" && size === 8) return { name: "complex64", size, ...order };
  if (base.name === "float64" && size === 16) return { name: "complex128", size, ...order };
  problems.push(`complex numbers of ${base.name}`);
  return { name: "opaque", size };
}

/** Names end with a NUL; before version 3 they are padded to a multiple of 8. */
function paddedName(cursor: Cursor, version: number): string {
  const start = cursor.position;
  const name = cursor.terminated();
  if (version < 3) cursor.skip((8 - ((cursor.position - start) % 8)) % 8);
  return name;
}

function bytesOf(size: number): number {
  return size < 0x100 ? 1 : size < 0x10000 ? 2 : size < 0x1000000 ? 3 : 4;
}

function paddingOf(code: number): (typeof PADDINGS)[number] {
  return PADDINGS[code] ?? "nul-padded";
}

function charsetOf(code: number): "ascii" | "utf-8" {
  return (code & 15) === 1 ? "utf-8" : "ascii";
}

/** Whether elements are decoded here: their bytes lead to another place in the file, or are numbers of a format of their own. */
export function isDecodedHere(dtype: DType): boolean {
  if (dtype.name === "vlen" || dtype.name === "reference" || dtype.text?.variable || isCustomFloat(dtype)) return true;
  return dtype.fields?.some((field) => isDecodedHere(field.dtype)) ?? false;
}
