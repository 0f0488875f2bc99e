import type { Attribute, AttributeElement, DType } from "graticule/plugin";
import { Cursor, decodeText } from "./cursor.js";
import { malformed, unsupported } from "./errors.js";
import type { RawAttribute } from "./messages/attribute.js";
import { elementCount } from "./messages/dataspace.js";
import type { MetadataFile } from "./model.js";
import { readNumber } from "./numbers.js";

/** What values may lead to: heap objects, and the path of the object at an address. */
export interface ValueContext {
  readonly file: MetadataFile;
  pathOf(address: number): string | undefined;
}

const DEEPEST = 16;
/** Elements of one attribute, those inside sequences included. */
const MOST_ELEMENTS = 1 << 22;

/**
 * Numbers as numbers (64-bit integers as bigint), those of enumerations too; text without NULs; compounds as objects, array
 * members and sequences as lists; references as the path they lead to.
 *
 * @throws `malformed`, `unsupported`
 */
export async function valuesOf(raw: RawAttribute, context: ValueContext): Promise<Attribute> {
  const { datatype, dataspace } = raw;
  if (datatype.unsupported) throw unsupported(`the attribute ${raw.name} holds ${datatype.unsupported}`, raw.offset);
  const { dtype } = datatype;
  const perElement = datatype.arrayShape.reduce((n, length) => n * length, 1);
  const reader = new ValueReader(context, raw.offset);
  const values = await reader.list(dtype, raw.data, elementCount(dataspace) * perElement, 0);
  const isText = dtype.name === "string" || dtype.name === "char";
  const name = isText && (dtype.text?.variable || dataspace.kind === "simple") ? "string" : isText ? "char" : dtype.name;
  return { dtype: name, values };
}

/** How an element is read that is all in its own bytes; undefined: it is not, or has parts. */
function plainReader(dtype: DType): ((bytes: Uint8Array) => AttributeElement) | undefined {
  switch (dtype.name) {
    case "char":
      return decodeText;
    case "string":
      if (dtype.text?.variable) return undefined;
      return dtype.text?.padding === "nul-terminated" ? (bytes) => decodeText(untilNul(bytes)) : decodeText;
    case "compound":
    case "vlen":
    case "reference":
      return undefined;
    case "opaque":
      return (bytes) => Buffer.from(bytes).toString("hex");
    case "complex64":
    case "complex128": {
      const half = dtype.size / 2;
      const part: DType = { ...dtype, name: half === 4 ? "float32" : "float64", size: half };
      return (bytes) => [readNumber(part, bytes.subarray(0, half)), readNumber(part, bytes.subarray(half))];
    }
    default: {
      const number = dtype.name === "enum" ? (dtype.base ?? dtype) : dtype;
      return (bytes) => readNumber(number, bytes);
    }
  }
}

/** What stands behind the NUL is whatever the writer's memory held. */
function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

class ValueReader {
  #elements = 0;

  constructor(
    readonly context: ValueContext,
    readonly offset: number,
  ) {}

  async list(dtype: DType, bytes: Uint8Array, count: number, depth: number): Promise<AttributeElement[]> {
    this.#elements += count;
    if (depth > DEEPEST) throw malformed(`an attribute of values inside values, more than ${DEEPEST} deep`, this.offset);
    if (bytes.length < count * dtype.size) throw malformed(`${count} elements in ${bytes.length} bytes`, this.offset);
    if (this.#elements > MOST_ELEMENTS)
      throw unsupported(`an attribute of ${this.#elements} elements and perhaps more; the most is ${MOST_ELEMENTS}`, this.offset);
    const out: AttributeElement[] = [];
    const plain = plainReader(dtype);
    if (plain) {
      for (let i = 0; i < count; i++) out.push(plain(bytes.subarray(i * dtype.size, (i + 1) * dtype.size)));
      return out;
    }
    for (let i = 0; i < count; i++)
      out.push(await this.#element(dtype, bytes.subarray(i * dtype.size, (i + 1) * dtype.size), depth));
    return out;
  }

  async #element(dtype: DType, bytes: Uint8Array, depth: number): Promise<AttributeElement> {
    switch (dtype.name) {
      case "string":
        return decodeText(await this.#heapBytes(bytes, 1));
      case "compound":
        return this.#compound(dtype, bytes, depth);
      case "vlen":
        return this.#sequence(dtype, bytes, depth);
      case "reference":
        return this.#reference(bytes);
      default:
        throw unsupported(`an attribute of ${dtype.name}`, this.offset);
    }
  }

  async #compound(dtype: DType, bytes: Uint8Array, depth: number): Promise<AttributeElement> {
    const entries: [string, AttributeElement][] = [];
    for (const { name, offset, dtype: member, shape } of dtype.fields ?? []) {
      const count = (shape ?? []).reduce((n, length) => n * length, 1);
      const values = await this.list(member, bytes.subarray(offset, offset + count * member.size), count, depth + 1);
      entries.push([name, shape ? values : (values[0] as AttributeElement)]);
    }
    return Object.fromEntries(entries);
  }

  async #sequence(dtype: DType, bytes: Uint8Array, depth: number): Promise<AttributeElement> {
    const base = dtype.base as DType;
    const count = this.#cursor(bytes).u32();
    return this.list(base, await this.#heapBytes(bytes, base.size), count, depth + 1);
  }

  /** Element: length, address and index of an object of the global heap (file format specification IV.B). */
  async #heapBytes(bytes: Uint8Array, size: number): Promise<Uint8Array> {
    const cursor = this.#cursor(bytes);
    const length = cursor.u32() * size;
    const address = cursor.address();
    if (length === 0 || address === null || address === 0) return new Uint8Array(0);
    const object = await this.context.file.heapObject(address, cursor.u32());
    if (length > object.length) throw malformed(`${length} bytes of a heap object of ${object.length}`, this.offset);
    return object.subarray(0, length);
  }

  /** An object's address; of a region, the heap object that begins with one. */
  async #reference(bytes: Uint8Array): Promise<string> {
    const { file } = this.context;
    if (bytes.length === file.sizeOfOffsets) return this.#path(this.#cursor(bytes).address());
    const cursor = this.#cursor(bytes);
    const heap = cursor.address();
    if (heap === null || heap === 0) return "";
    return this.#path(this.#cursor(await file.heapObject(heap, cursor.u32())).address());
  }

  #path(address: number | null): string {
    if (address === null || address === 0) return "";
    return this.context.pathOf(address) ?? `0x${address.toString(16)}`;
  }

  #cursor(bytes: Uint8Array): Cursor {
    return new Cursor(bytes, this.offset, this.context.file.sizeOfOffsets, this.context.file.sizeOfLengths);
  }
}
