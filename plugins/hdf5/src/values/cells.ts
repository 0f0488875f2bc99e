import type { AttributeElement } from "graticule/plugin";

/** Elements of a box, row-major: their bytes as stored, or, of what lies in the heap, the values themselves. */
export type Cells =
  | { readonly kind: "bytes"; readonly bytes: Buffer /** Bytes of an element. */; readonly size: number }
  | {
      readonly kind: "list";
      readonly list: AttributeElement[] /** Values of an element: those of an array type. */;
      readonly size: number;
    };

/** As many elements as asked for, each the one given. */
export function repeated(one: Cells, count: number): Cells {
  if (one.kind === "bytes") return { ...one, bytes: Buffer.alloc(one.bytes.length * count, one.bytes) };
  const list: AttributeElement[] = [];
  for (let i = 0; i < count; i++) for (const value of one.list) list.push(value);
  return { ...one, list };
}

/** Copies elements between boxes of the same kind. */
export function copyElements(source: Cells, target: Cells, from: number, to: number, count: number): void {
  if (source.kind === "bytes" && target.kind === "bytes") {
    const { size } = target;
    source.bytes.copy(target.bytes, to * size, from * size, (from + count) * size);
  } else if (source.kind === "list" && target.kind === "list") {
    const { size } = target;
    for (let i = 0; i < count * size; i++) target.list[to * size + i] = source.list[from * size + i] as AttributeElement;
  }
}
