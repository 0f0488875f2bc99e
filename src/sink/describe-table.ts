import { arrowSchemaText } from "../parquet/arrow-schema.js";
import type { FileDescription } from "../parquet/file-layout.js";
import { pandasAttributes, pandasMetadata } from "../parquet/pandas-metadata.js";
import type { TablePlan } from "../plan/run.js";
import type { Field } from "../schema/field.js";
import { votableEntries } from "./conventions/votable.js";
import { geoMetadata } from "./geo/geo-metadata.js";
import { geometryField } from "./geo/geometry-column.js";
import { HEALPIX_FIELD, skyField } from "./sky/split-by-sky.js";

/** The columns of a table's parts, in order, under their names in the output. */
export function outputFields(table: TablePlan): Field[] {
  const own = table.output.map(({ column, name }) => {
    const source = table.group.columns[column];
    if (!source) throw new TypeError(`the table ${table.group.name} has no column ${column}`);
    return { ...source.field, name };
  });
  const { sky, geometry } = table;
  const inDegrees = own.map((field, i) => (sky?.unit === "radian" && (i === sky.ra || i === sky.dec) ? skyField(field) : field));
  return [...inDegrees, ...(geometry ? [geometryField(geometry)] : []), ...(sky ? [HEALPIX_FIELD] : [])];
}

/**
 * What the footer of every part of the table says: schema, CF attributes, pandas' index.
 * @param isAstronomical of FITS files: a VOTable too
 */
export async function describeTable(table: TablePlan, createdBy: string, isAstronomical = false): Promise<FileDescription> {
  const fields = outputFields(table);
  const index = table.output
    .filter(({ column }) => ["coordinate", "index"].includes(table.group.columns[column]?.role ?? ""))
    .map(({ name }) => name);
  const { metadata } = table.group;
  const own = {
    ...metadata,
    ...(isAstronomical && votableEntries(table.group.name, fields)),
    pandas: JSON.stringify(pandasMetadata(fields, index)),
    PANDAS_ATTRS: JSON.stringify(pandasAttributes(fields, metadata)),
  };
  const geo = geoMetadata(table);
  const { geometry } = table;
  const coordinates =
    geometry?.kind === "points" ? ([fields[geometry.x]?.name ?? "", fields[geometry.y]?.name ?? ""] as const) : null;
  return {
    ...{ fields, createdBy },
    keyValues: { ...own, ...(geo && { geo: JSON.stringify(geo) }), "ARROW:schema": await arrowSchemaText(fields, own) },
    ...(coordinates && { coordinates }),
  };
}
