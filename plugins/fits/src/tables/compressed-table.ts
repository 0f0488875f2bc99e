import type { DTypeName } from "graticule/plugin";
import type { Hdu } from "../hdu.js";
import type { HduContents } from "../images/image.js";
import { LostVariable } from "../variable.js";
import { parseBinaryFormat } from "./binary-columns.js";
import { describeColumn, nameColumns } from "./column.js";
import { contentsOf, describeField, tableOf } from "./table.js";

const TYPES: Readonly<Record<string, DTypeName>> = {
  L: "bool",
  X: "bool",
  B: "uint8",
  I: "int16",
  J: "int32",
  K: "int64",
  A: "string",
  E: "float32",
  D: "float64",
  C: "complex64",
  M: "complex128",
  P: "vlen",
  Q: "vlen",
};

export function isCompressedTable({ kind, header }: Hdu): boolean {
  return kind === "table" && header.isTrue("ZTABLE");
}

/** A table whose columns are compressed (FITS 4.0, section 10.3): its columns are listed, and said not to be read. */
export function compressedTableOf(hdu: Hdu, file: string): HduContents {
  const { columns: count, ...table } = tableOf(hdu, file);
  const { header } = hdu;
  const warnings: string[] = [];
  const rows = header.number("ZNAXIS2") ?? 0;
  const own = { ...table, rows: Number.isSafeInteger(rows) && rows >= 0 ? rows : 0 };
  const variables = nameColumns(header, count, (text) => warnings.push(text)).map((name, i) => {
    const format = parseBinaryFormat(header.text(`ZFORM${i + 1}`) ?? "");
    const dtype = { name: TYPES[format?.letter ?? ""] ?? "opaque", size: Math.max(1, format?.width ?? 1) } as const;
    const isScalar = !format || format.repeat === 1 || format.letter === "A" || dtype.name === "vlen";
    return new LostVariable({
      ...describeField(own, { name, offset: 0 }, isScalar ? [] : [format.repeat]),
      dtype,
      attributes: describeColumn(header, i + 1).attributes,
      unsupported: "compressed tables (ZTABLE) are not read; `funpack` restores them",
    });
  });
  return contentsOf(own, variables, warnings);
}
