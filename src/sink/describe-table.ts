import { arrowSchemaText } from "../parquet/arrow-schema.js";
import type { FileDescription } from "../parquet/file-layout.js";
import { pandasAttributes, pandasMetadata } from "../parquet/pandas-metadata.js";
import type { TablePlan } from "../plan/run.js";
import type { Field } from "../schema/field.js";

/** The columns of a table's parts, in order, under their names in the output. */
export function outputFields(table: TablePlan): Field[] {
  return table.output.map(({ column, name }) => {
    const source = table.group.columns[column];
    if (!source) throw new TypeError(`the table ${table.group.name} has no column ${column}`);
    return { ...source.field, name };
  });
}

/** What the footer of every part of the table says: schema, CF attributes, pandas' index. */
export async function describeTable(table: TablePlan, createdBy: string): Promise<FileDescription> {
  const fields = outputFields(table);
  const index = table.output
    .filter(({ column }) => ["coordinate", "index"].includes(table.group.columns[column]?.role ?? ""))
    .map(({ name }) => name);
  const { metadata } = table.group;
  const own = {
    ...metadata,
    pandas: JSON.stringify(pandasMetadata(fields, index)),
    PANDAS_ATTRS: JSON.stringify(pandasAttributes(fields, metadata)),
  };
  return { fields, createdBy, keyValues: { ...own, "ARROW:schema": await arrowSchemaText(fields, own) } };
}
