import type { ArrayVariable, ByteSource, Dataset, Dimension, ErrorJSON, Group, ReadContext } from "graticule/plugin";
import { verifyChecksums } from "./checksums.js";
import { FitsError } from "./error.js";
import { findHdus } from "./find-hdus.js";
import { type Hdu, nameOf } from "./hdu.js";
import { type HduContents, imageOf } from "./images/image.js";
import { randomGroupsOf } from "./images/random-groups.js";
import { asciiTableOf } from "./tables/ascii-table.js";
import { binaryTableOf } from "./tables/binary-table.js";
import { compressedTableOf, isCompressedTable } from "./tables/compressed-table.js";
import { isTiledImage } from "./tiles/tile-layout.js";
import { tiledImageOf } from "./tiles/tiled-image.js";

/**
 * Reads the headers and nothing else. HDU number i is the group `/i` with its cards as attributes: an image is `/i/data`, a
 * column `/i/<TTYPE>`. What is damaged or cut off carries an `error`; the rest is whole.
 *
 * @throws `malformed` where the file does not begin as FITS
 */
export async function open(source: ByteSource, context: ReadContext): Promise<Dataset> {
  const { hdus, warnings } = await findHdus(source, context.signal);
  const groups: Group[] = [{ path: "/", attributes: new Map() }];
  const variables: ArrayVariable[] = [];
  const dimensions: Dimension[] = [];
  const told = [...warnings];
  let error: ErrorJSON | undefined;
  for (const hdu of hdus) {
    const title = nameOf(hdu);
    groups.push({
      path: `/${hdu.index}`,
      ...(title !== undefined && { title, titleNumber: hdu.header.number("EXTVER") ?? 1 }),
      attributes: hdu.header.attributes(),
    });
    error ??= hdu.error;
    try {
      const contents = contentsOf(hdu, source.url);
      variables.push(...contents.variables);
      dimensions.push(...contents.dimensions);
      told.push(...contents.warnings);
    } catch (damage) {
      if (!(damage instanceof FitsError)) throw damage;
      error ??= damage.toJSON();
    }
  }
  return {
    format: "fits",
    container: "fits",
    version: STANDARD,
    source,
    dimensions,
    groups,
    variables,
    warnings: told,
    ...(error && { error }),
    verify: (reading) => verifyChecksums(source, hdus, reading),
    close: () => source.close(),
  };
}

/** The version of the standard that is read; all before it are part of it. */
const STANDARD = "4.0";

const NOTHING: HduContents = { variables: [], dimensions: [], warnings: [] };

function contentsOf(hdu: Hdu, file: string): HduContents {
  // Without the mandatory keywords nothing can be told about the data.
  if (hdu.dataLength === null) return NOTHING;
  if (isTiledImage(hdu)) return tiledImageOf(hdu, file);
  if (isCompressedTable(hdu)) return compressedTableOf(hdu, file);
  switch (hdu.kind) {
    case "image":
      return imageOf(hdu, file);
    case "groups":
      return randomGroupsOf(hdu, file);
    case "table":
      return binaryTableOf(hdu, file);
    case "ascii-table":
      return asciiTableOf(hdu, file);
    case "other": {
      if (hdu.dataLength === 0) return NOTHING;
      const type = hdu.header.text("XTENSION") ?? "";
      return { ...NOTHING, warnings: [`HDU ${hdu.index} is of the type ${JSON.stringify(type)}, which is not read`] };
    }
  }
}
