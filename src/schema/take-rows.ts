import { type Bitmap, isSet, packBits, sliceBitmap } from "./bitmap.js";
import type { TextVector, Vector } from "./row-batch.js";
import { specialised } from "./specialise.js";
import type { TypedArray } from "./typed-array.js";

type Gather = (from: TypedArray, rows: Uint32Array, out: TypedArray) => void;

const gatherLoop = specialised(
  (): Gather => (from, rows, out) => {
    for (let i = 0; i < rows.length; i++) out[i] = from[rows[i] as number] as never;
  },
);

/** The rows at positions, in their order. */
export function takeRows(vector: Vector, rows: Uint32Array): Vector {
  const { validity } = vector;
  const cells = { length: rows.length, ...(validity && takeBits(validity, rows)) };
  switch (vector.kind) {
    case "numbers":
      return { kind: "numbers", values: gathered(vector.values, rows), ...cells };
    case "dictionary":
      return { kind: "dictionary", codes: gathered(vector.codes, rows) as Int32Array, dictionary: vector.dictionary, ...cells };
    case "texts":
      return { ...takeTexts(vector, rows), ...cells };
    case "fixed": {
      const { size } = vector;
      const bytes = new Uint8Array(rows.length * size);
      for (let i = 0; i < rows.length; i++) {
        const from = (rows[i] as number) * size;
        for (let k = 0; k < size; k++) bytes[i * size + k] = vector.bytes[from + k] as number;
      }
      return { kind: "fixed", size, bytes, ...cells };
    }
    case "struct":
      return { kind: "struct", children: vector.children.map((child) => takeRows(child, rows)), ...cells };
    case "list": {
      const { offsets: from } = vector;
      const offsets = new Int32Array(rows.length + 1);
      for (let i = 0; i < rows.length; i++)
        offsets[i + 1] = (offsets[i] as number) + (from[(rows[i] as number) + 1] as number) - (from[rows[i] as number] as number);
      const items = new Uint32Array(offsets[rows.length] as number);
      for (let i = 0, to = 0; i < rows.length; i++)
        for (let k = from[rows[i] as number] as number; k < (from[(rows[i] as number) + 1] as number); k++) items[to++] = k;
      return { kind: "list", offsets, child: takeRows(vector.child, items), ...cells };
    }
  }
}

function gathered(values: TypedArray, rows: Uint32Array): TypedArray {
  const out = new (values.constructor as new (length: number) => TypedArray)(rows.length);
  gatherLoop(values)(values, rows, out);
  return out;
}

function takeTexts({ offsets: from, bytes: texts }: TextVector, rows: Uint32Array): Pick<TextVector, "kind" | "offsets" | "bytes"> {
  const offsets = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++)
    offsets[i + 1] = (offsets[i] as number) + (from[(rows[i] as number) + 1] as number) - (from[rows[i] as number] as number);
  const bytes = new Uint8Array(offsets[rows.length] as number);
  for (let i = 0; i < rows.length; i++) {
    const start = from[rows[i] as number] as number;
    bytes.set(texts.subarray(start, from[(rows[i] as number) + 1] as number), offsets[i] as number);
  }
  return { kind: "texts", offsets, bytes };
}

function takeBits(validity: Bitmap, rows: Uint32Array): { readonly validity?: Bitmap } {
  const flags = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) flags[i] = isSet(validity, rows[i] as number) ? 1 : 0;
  const bitmap = packBits(flags);
  return bitmap.zeros > 0 ? { validity: bitmap } : {};
}

/** Rows `[start, stop)`; values are views of the same memory. */
export function sliceRows(vector: Vector, start: number, stop: number): Vector {
  const length = stop - start;
  if (start === 0 && length === vector.length) return vector;
  const validity = vector.validity && sliceBitmap(vector.validity, start, length);
  const cells = { length, ...(validity && validity.zeros > 0 && { validity }) };
  switch (vector.kind) {
    case "numbers":
      return { kind: "numbers", values: vector.values.subarray(start, stop) as TypedArray, ...cells };
    case "dictionary":
      return { kind: "dictionary", codes: vector.codes.subarray(start, stop), dictionary: vector.dictionary, ...cells };
    case "texts":
      return { kind: "texts", offsets: vector.offsets.subarray(start, stop + 1), bytes: vector.bytes, ...cells };
    case "fixed":
      return { kind: "fixed", size: vector.size, bytes: vector.bytes.subarray(start * vector.size, stop * vector.size), ...cells };
    case "struct":
      return { kind: "struct", children: vector.children.map((child) => sliceRows(child, start, stop)), ...cells };
    case "list":
      return { kind: "list", offsets: vector.offsets.subarray(start, stop + 1), child: vector.child, ...cells };
  }
}

/** A column of one value, or of nothing but null. */
export function constantRows(like: Vector, length: number): Vector {
  return takeRows(like, new Uint32Array(length));
}
