import { isSet, packBits } from "../schema/bitmap.js";
import { type ColumnData, cellCount, type GridBatch, type GridColumn } from "../schema/grid-batch.js";
import { isLists, joinLists, type Lists } from "../schema/lists.js";
import type { TypedArray } from "../schema/typed-array.js";
import { unpack } from "../schema/unpack.js";

/** Row batches of one schema, one after the other. */
export function joinRows(batches: readonly GridBatch[]): GridBatch {
  const first = batches[0] as GridBatch;
  if (batches.length === 1) return first;
  const rows = batches.reduce((n, batch) => n + cellCount(batch), 0);
  const columns = first.columns.map((column, c): GridColumn => {
    const parts = alike(batches.map((batch) => batch.columns[c] as GridColumn));
    const validity = parts.some((part) => (part.validity?.zeros ?? 0) > 0) ? joinValidity(batches, parts, rows) : undefined;
    const { field } = column;
    const packing = parts[0]?.packing;
    return { field, axes: [0], data: joinData(parts, rows), ...(validity && { validity }), ...(packing && { packing }) };
  });
  return { axes: [{ dim: "row", start: 0, length: rows }], columns };
}

/** The parts in one array type and packing: as they are, or unpacked where files are packed differently. */
function alike(parts: readonly GridColumn[]): readonly GridColumn[] {
  const [first] = parts;
  const isSame = ({ data, packing }: GridColumn): boolean =>
    data.constructor === first?.data.constructor &&
    packing?.scale === first.packing?.scale &&
    packing?.offset === first.packing?.offset &&
    packing?.target === first.packing?.target;
  return parts.every(isSame) ? parts : parts.map(unpacked);
}

function unpacked({ field, axes, data, validity, packing }: GridColumn): GridColumn {
  if (!packing || !ArrayBuffer.isView(data)) return { field, axes, data, ...(validity && { validity }) };
  return { field, axes, data: unpack(data as TypedArray, packing), ...(validity && { validity }) };
}

function joinData(parts: readonly GridColumn[], rows: number): ColumnData {
  const data = (parts[0] as GridColumn).data;
  if (isLists(data)) return joinLists(parts.map((part) => part.data as Lists));
  if (!ArrayBuffer.isView(data)) return parts.flatMap((part) => [...(part.data as readonly (string | null)[])]);
  const out = new (data.constructor as new (length: number) => TypedArray)(rows);
  let at = 0;
  for (const part of parts) {
    out.set(part.data as never, at);
    at += (part.data as TypedArray).length;
  }
  return out;
}

function joinValidity(batches: readonly GridBatch[], parts: readonly GridColumn[], rows: number) {
  const flags = new Uint8Array(rows);
  let at = 0;
  for (const [b, part] of parts.entries()) {
    const count = cellCount(batches[b] as GridBatch);
    for (let i = 0; i < count; i++) flags[at + i] = !part.validity || isSet(part.validity, i) ? 1 : 0;
    at += count;
  }
  return packBits(flags);
}
