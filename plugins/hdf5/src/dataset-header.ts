import type { Cursor } from "./cursor.js";
import { malformed } from "./errors.js";
import { elementCount, parseDataspace } from "./messages/dataspace.js";
import { parseDatatype } from "./messages/datatype.js";
import { readExternalFiles } from "./messages/external-files.js";
import { parseFillValue, parseOldFillValue } from "./messages/fill-value.js";
import { parseFilterPipeline } from "./messages/filter-pipeline.js";
import { parseLayout } from "./messages/layout.js";
import type { DatasetHeader, FilterEntry, Layout, LayoutMessage, MetadataFile } from "./model.js";
import { type HeaderMessage, MESSAGE, type ObjectHeader } from "./object-header.js";
import { resolveShared } from "./shared-messages.js";
import { readMappings } from "./virtual/mapping.js";

/** Whether the object is a dataset (rather than a group or a committed datatype). */
export function isDataset({ messages }: ObjectHeader): boolean {
  const has = (type: number) => messages.some((m) => m.type === type);
  return has(MESSAGE.datatype) && (has(MESSAGE.dataspace) || has(MESSAGE.layout));
}

/** @throws `malformed`, `checksum`, `truncated` */
export async function datasetHeaderOf(file: MetadataFile, header: ObjectHeader): Promise<DatasetHeader> {
  const find = (type: number): HeaderMessage | undefined => header.messages.find((m) => m.type === type);
  const parse = async <T>(type: number, parser: (cursor: Cursor) => T | Promise<T>): Promise<T | undefined> => {
    const message = find(type);
    return message && parser(await resolveShared(file, message));
  };
  const where = file.baseAddress + header.address;
  const dataspace = await parse(MESSAGE.dataspace, parseDataspace);
  const datatype = await parse(MESSAGE.datatype, parseDatatype);
  const layout = await parse(MESSAGE.layout, parseLayout);
  if (!dataspace || !datatype || !layout)
    throw malformed(`a dataset without ${dataspace ? (datatype ? "layout" : "datatype") : "dataspace"}`, where);
  const filters: FilterEntry[] = (await parse(MESSAGE.filters, parseFilterPipeline)) ?? [];
  const fill =
    (await parse(MESSAGE.fill, parseFillValue)) ??
    (find(MESSAGE.fill) ? undefined : await parse(MESSAGE.oldFill, parseOldFillValue));
  const external = await parse(MESSAGE.externalFiles, (cursor) => readExternalFiles(file, cursor));
  const { dtype, arrayShape } = datatype;
  const element = elementFill(fill, dtype.size, datatype.size);
  return {
    address: header.address,
    dataspace,
    dtype,
    arrayShape,
    layout: checkedLayout(
      await wholeLayout(file, layout),
      elementCount(dataspace),
      datatype.size,
      dataspace.kind === "simple" ? dataspace.shape.length : 0,
      where,
    ),
    filters,
    ...(datatype.unsupported !== undefined && { unsupported: datatype.unsupported }),
    ...element,
    ...(external && { external }),
  };
}

async function wholeLayout(file: MetadataFile, layout: LayoutMessage): Promise<Layout> {
  if (layout.kind !== "virtual") return layout;
  return { kind: "virtual", mappings: layout.heap === null ? [] : await readMappings(file, layout.heap, layout.index) };
}

/** The fill of one number; of an array type whose numbers differ, of the whole element. */
function elementFill(fill: Uint8Array | undefined, size: number, whole: number): Pick<DatasetHeader, "fill" | "wholeFill"> {
  if (!fill) return {};
  if (fill.length !== whole) throw malformed(`a fill value of ${fill.length} bytes for elements of ${whole}`);
  const first = fill.slice(0, size);
  for (let at = size; at < whole; at += size)
    if (!fill.subarray(at, at + size).every((byte, i) => byte === first[i])) return { wholeFill: fill };
  return { fill: first };
}

function checkedLayout(layout: Layout, count: number, size: number, rank: number, where: number): Layout {
  if (layout.kind === "contiguous") return { ...layout, length: layout.length < 0 ? count * size : layout.length };
  if (layout.kind === "compact" && layout.bytes.length < count * size)
    throw malformed(`a compact dataset of ${layout.bytes.length} bytes where its shape needs ${count * size}`, where);
  if (layout.kind !== "chunked") return layout;
  if (layout.chunkShape.length !== rank)
    throw malformed(`chunks of ${layout.chunkShape.length} dimensions for a dataset of ${rank}`, where);
  if (layout.elementSize !== size)
    throw malformed(`chunks of elements of ${layout.elementSize} bytes where the type has ${size}`, where);
  return layout;
}
