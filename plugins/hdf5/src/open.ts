import type { ByteSource, Dataset, ErrorJSON, ReadContext } from "graticule/plugin";
import { Hdf5Error, isDamage } from "./errors.js";
import { ExternalFiles } from "./external-links.js";
import { groupsOf, readGroupTree } from "./group-tree.js";
import { closeH5wasm } from "./h5wasm/fallback.js";
import { readStructMetadata } from "./hdfeos/read-struct-metadata.js";
import { MetadataBlocks } from "./metadata-blocks.js";
import { BlockCachedFile } from "./metadata-file.js";
import { nameDimensions } from "./netcdf4.js";
import { ObjectReader } from "./object-reader.js";
import { ObjectReading } from "./object-reading.js";
import { readSuperblock } from "./superblock.js";
import type { Hdf5Variable } from "./variable.js";
import { SourceFiles } from "./virtual/source-datasets.js";

/**
 * Reads the file's metadata, and no values but those of attributes. Damage below the root group stays with the variable or
 * group that it hits; the rest is whole.
 *
 * @throws `malformed`, `truncated`, `checksum` where the superblock or the root group cannot be read
 */
export async function open(source: ByteSource, context: ReadContext): Promise<Dataset> {
  try {
    return await openFile(source, context);
  } catch (error) {
    if (!isDamage(error) || error.file !== undefined) throw error;
    throw new Hdf5Error(error.tag, error.message, { ...error, file: source.url, cause: error });
  }
}

async function openFile(source: ByteSource, context: ReadContext): Promise<Dataset> {
  const cache = new MetadataBlocks(source, context.signal);
  const superblock = await readSuperblock(cache);
  const file = new BlockCachedFile(cache, superblock);
  const reader = new ObjectReader(file, superblock.rootAddress, "");
  const links = new ExternalFiles(context, reader);
  const tree = await readGroupTree(reader, links);
  const reading = new ObjectReading(tree.root, new SourceFiles(context, links), context.codecs);
  await reading.readObjects();
  const fields = await readStructMetadata(tree.root, reading.known, context);
  const naming = nameDimensions(tree.root, reading.known, fields);
  const variables: Hdf5Variable[] = [];
  for (const named of naming.variables) variables.push(await reading.variable(named));
  const groups = [];
  for (const group of groupsOf(tree.root)) groups.push({ path: group.path, attributes: await reading.groupAttributes(group) });
  const error = truncation(superblock.endOfFile, source) ?? reading.firstError;
  return {
    format: reading.isNetcdf ? "netcdf4" : "hdf5",
    container: "hdf5",
    version: superblock.version,
    source,
    dimensions: naming.dimensions,
    groups,
    variables,
    warnings: [...tree.warnings, ...naming.warnings, ...reading.warnings],
    ...(error && { error }),
    close() {
      for (const used of reading.metadataFiles) closeH5wasm(used);
      return source.close();
    },
  };
}

function truncation(endOfFile: number | null, source: ByteSource): ErrorJSON | undefined {
  if (endOfFile === null || endOfFile <= source.size) return undefined;
  const message = `the file declares ${endOfFile} bytes and has ${source.size}`;
  return { code: "truncated", message, file: source.url, offset: source.size };
}
