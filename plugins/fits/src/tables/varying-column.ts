import type { ArrayVariable, Attribute, AttributeElement, ByteSource, DType, ReadContext, Values } from "graticule/plugin";
import { FitsError } from "../error.js";
import { type Description, RowVariable } from "../variable.js";
import type { BinaryColumn } from "./binary-columns.js";
import { type Descriptor, type HeapPlace, heapOf, parseDescriptors, readHeap } from "./heap.js";
import { describeField, fieldPlace, piecesOf, type Table } from "./table.js";
import { elementOf, type VaryingElement } from "./varying-elements.js";

/** What an array of the heap weighs at most where TFORM tells how long it can be. */
const MAX_WEIGHT = 1 << 20;

/** Arrays of varying length: the row holds a descriptor, the heap the values (FITS 4.0, section 7.3.5). */
export function varyingColumn(table: Table, column: BinaryColumn): ArrayVariable {
  const { letter, repeat, rest, width } = column.parsed;
  const element = elementOf(rest.charAt(0).toUpperCase(), column.scaling);
  const descriptorSize = letter === "Q" ? 16 : 8;
  const longest = Number(/\((\d+)\)/.exec(rest)?.[1] ?? 0);
  const weight = descriptorSize + Math.min(MAX_WEIGHT, longest * (element?.size ?? 1));
  const dtype: DType = { name: "vlen", size: weight, ...(element && { base: element.dtype }) };
  const attributes = new Map<string, Attribute>([...column.attributes, ...(element?.attributes ?? [])]);
  const described: Description = { ...describeField(table, column, []), dtype, attributes };
  if (!element) return lost(described, `TFORM${column.number} ${JSON.stringify(column.format)}: arrays of an unknown type`);
  if (repeat === 0) return new RowVariable(described, 1, async (_, count) => Array.from({ length: count }, () => element.none));
  const heap = heapOf(table);
  if (typeof heap === "string") return lost(described, heap);
  const place = { ...fieldPlace(table, column), length: descriptorSize };
  const rowBytes = Math.max(weight, width);
  return new RowVariable(described, rowBytes, async (start, count, context) => {
    const fields = await context.readPieces(piecesOf(place, start, count));
    const descriptors = parseDescriptors(fields, descriptorSize);
    return readArrays(descriptors, element, heap, start, context);
  });
}

function lost(description: Description, message: string): ArrayVariable {
  const error = { code: "malformed" as const, message };
  return new RowVariable({ ...description, error }, 1, async () => {
    throw FitsError.fromJSON(error);
  });
}

async function readArrays(
  descriptors: readonly Descriptor[],
  element: VaryingElement,
  heap: HeapPlace,
  firstRow: number,
  context: ReadContext,
): Promise<Values> {
  const source: ByteSource = await context.openSource(heap.file);
  const out = new Array<AttributeElement>(descriptors.length).fill(element.none);
  const bytesOf = ({ count }: Descriptor) => element.bytes(count);
  await readHeap(source, heap, descriptors, bytesOf, firstRow, context, (row, bytes) => {
    out[row] = element.decode(bytes, (descriptors[row] as Descriptor).count);
  });
  return out;
}
