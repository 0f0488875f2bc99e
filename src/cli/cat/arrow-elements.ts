import {
  Bool,
  type Data,
  type DataType,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  makeData,
  Struct,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { numericType } from "../../convention/stored-type.js";
import type { AttributeElement } from "../../format/contract.js";
import type { DType, NumericName } from "../../schema/dtype.js";

/** A column of an Arrow table. */
export interface Column {
  readonly type: DataType;
  readonly data: Data;
}

const NUMBERS: Readonly<Record<NumericName, () => DataType>> = {
  int8: () => new Int8(),
  uint8: () => new Uint8(),
  int16: () => new Int16(),
  uint16: () => new Uint16(),
  int32: () => new Int32(),
  uint32: () => new Uint32(),
  int64: () => new Int64(),
  uint64: () => new Uint64(),
  float16: () => new Float32(),
  float32: () => new Float32(),
  float64: () => new Float64(),
};

type Plain = (element: unknown) => unknown;

/** What an element becomes, and how. */
interface Form {
  readonly type: DataType;
  readonly plain: Plain;
}

/** Structures as structs, sequences and arrays as lists, complex numbers as structs of `re` and `im`, opaque bytes as hexadecimal text. */
export function elementColumn(values: readonly unknown[], dtype: DType): Column {
  const { type, plain } = formOf(dtype);
  return { type, data: vectorFromArray(values.map(plain), type as Utf8).data[0] ?? makeData({ type: type as Utf8, length: 0 }) };
}

/** @param pairs real and imaginary part by turns @param pick the number of a row, where rows repeat them */
export function complexColumn(pairs: Float32Array | Float64Array, pick: ((row: number) => number) | null, length: number): Column {
  const half = pairs instanceof Float32Array ? Float32Array : Float64Array;
  const [re, im] = [new half(length), new half(length)];
  for (let row = 0; row < length; row++) {
    const i = pick ? pick(row) : row;
    re[row] = pairs[2 * i] as number;
    im[row] = pairs[2 * i + 1] as number;
  }
  const type = complexType(half === Float32Array);
  const part = type.children[0]?.type as Float64;
  const children = [re, im].map((data) => makeData({ type: part, length, nullCount: 0, data: data as Float64Array }));
  return { type, data: makeData({ type, length, nullCount: 0, children }) };
}

function complexType(isSingle: boolean): Struct {
  const part = isSingle ? new Float32() : new Float64();
  return new Struct([new Field("re", part, true), new Field("im", part, true)]);
}

function formOf(dtype: DType): Form {
  switch (dtype.name) {
    case "compound":
      return structureForm(dtype);
    case "vlen":
      return sequenceForm(dtype);
    case "complex64":
    case "complex128":
      return { type: complexType(dtype.name === "complex64"), plain: complexOf };
    case "bool":
      return { type: new Bool(), plain: Boolean };
    case "bitfield":
      return dtype.size > 8 ? TEXT : numberForm(`uint${8 * widthOf(dtype.size)}` as NumericName);
    case "reference":
      return dtype.size > 8 ? TEXT : numberForm("uint64");
    default: {
      const name = numericType(dtype);
      return name === undefined ? TEXT : numberForm(name);
    }
  }
}

function widthOf(size: number): number {
  return size <= 1 ? 1 : size <= 2 ? 2 : size <= 4 ? 4 : 8;
}

const TEXT: Form = {
  type: new Utf8(),
  plain: (element) => (element instanceof Uint8Array ? Buffer.from(element).toString("hex") : String(element)),
};

function numberForm(name: NumericName): Form {
  const isBig = name.endsWith("int64");
  return { type: NUMBERS[name](), plain: isBig ? (element) => BigInt(element as number) : Number };
}

function complexOf(element: unknown): { re: number; im: number } {
  const [re, im] = element as readonly number[];
  return { re: re as number, im: im as number };
}

function structureForm({ fields = [] }: DType): Form {
  const forms = fields.map(({ name, dtype, shape }) => ({ name, form: arrayForm(formOf(dtype), shape ?? []) }));
  return {
    type: new Struct(forms.map(({ name, form }) => new Field(name, form.type, true))),
    plain: (element) => {
      const own = element as { readonly [field: string]: AttributeElement };
      return Object.fromEntries(forms.map(({ name, form }) => [name, form.plain(own[name])]));
    },
  };
}

/** Lists in lists, the last dimension innermost. */
function arrayForm(item: Form, shape: readonly number[]): Form {
  return shape.reduceRight<Form>((inner, length) => listForm(inner, length === 0 ? undefined : length), item);
}

function sequenceForm({ base }: DType): Form {
  if (!base) return TEXT;
  // The letters of a sequence may come as one text.
  if (base.name === "char") return { ...TEXT, plain: (element) => (Array.isArray(element) ? element.join("") : String(element)) };
  return listForm(formOf(base), undefined);
}

function listForm(item: Form, length: number | undefined): Form {
  const field = new Field("item", item.type, true);
  return {
    type: length === undefined ? new List(field) : new FixedSizeList(length, field),
    plain: (element) => Array.from(element as ArrayLike<unknown>, item.plain),
  };
}
