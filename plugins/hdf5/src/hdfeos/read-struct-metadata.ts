import type { ReadContext } from "graticule/plugin";
import { decodeText } from "../cursor.js";
import { isDamage } from "../errors.js";
import type { GroupNode } from "../group-tree.js";
import type { DatasetHeader } from "../model.js";
import type { KnownDataset } from "../netcdf4.js";
import { readElements } from "../values/read-elements.js";
import { type FieldDimensions, parseStructMetadata } from "./struct-metadata.js";

const FOLDER = "/HDFEOS INFORMATION";
const NAME = /^StructMetadata\.(\d+)$/;
const MOST_BYTES = 1 << 24;

/** Empty for what is no HDF-EOS5 file. Pieces that cannot be read name nothing. */
export async function readStructMetadata(
  root: GroupNode,
  known: ReadonlyMap<string, KnownDataset>,
  context: ReadContext,
): Promise<ReadonlyMap<string, FieldDimensions>> {
  const nodes = root.groups.find(({ path }) => path === FOLDER)?.datasets ?? [];
  const pieces = nodes.filter(({ name }) => NAME.test(name)).sort((a, b) => numberOf(a.name) - numberOf(b.name));
  let text = "";
  for (const node of pieces) {
    const header = known.get(node.key)?.header;
    if (!header || !isPlainText(header)) continue;
    try {
      const dataset = { file: node.reader.file, header, sources: { open: () => Promise.resolve(null) } };
      text += decodeText(await readElements(dataset, [], context));
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
  }
  return text === "" ? new Map() : parseStructMetadata(text);
}

function isPlainText(header: KnownDataset["header"]): header is DatasetHeader {
  const { dtype, dataspace } = header;
  return (
    "layout" in header &&
    header.layout.kind !== "virtual" &&
    dataspace.kind === "scalar" &&
    dtype.name === "string" &&
    !dtype.text?.variable &&
    dtype.size <= MOST_BYTES
  );
}

function numberOf(name: string): number {
  return Number(NAME.exec(name)?.[1]);
}
