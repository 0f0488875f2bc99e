import type { RowType } from "../../schema/row-batch.js";
import type { Cell } from "../../schema/row-cells.js";

/** A cell as JSON has it: integers beyond ±2⁵³ and what is no number as text, bytes in base64. */
export function jsonCell(cell: Cell): unknown {
  if (typeof cell === "bigint")
    return cell <= Number.MAX_SAFE_INTEGER && cell >= Number.MIN_SAFE_INTEGER ? Number(cell) : String(cell);
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : String(cell);
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString("base64");
  if (Array.isArray(cell)) return cell.map(jsonCell);
  if (typeof cell === "object" && cell !== null)
    return Object.fromEntries(Object.entries(cell).map(([name, value]) => [name, jsonCell(value as Cell)]));
  return cell;
}

/** A cell in CSV and tables; null is empty. float32 with the digits that it has. */
export function textCell(type: RowType, cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number" && type.kind === "number" && type.name === "float32") return shortest(cell);
  const own = jsonCell(cell);
  return typeof own === "object" ? JSON.stringify(own) : String(own);
}

/** The shortest decimal that rounds to the float32. */
function shortest(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  for (let digits = 6; digits < 10; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(value);
}

/** The name of a type: `int32`, `timestamp`, `list<float64>`. */
export function typeName(type: RowType): string {
  switch (type.kind) {
    case "number":
      return type.name;
    case "list":
      return `list<${typeName(type.item.type)}>`;
    case "map":
      return `map<${typeName(type.key.type)}, ${typeName(type.value.type)}>`;
    case "struct":
      return `struct<${type.fields.map((field) => `${field.name}: ${typeName(field.type)}`).join(", ")}>`;
    case "decimal":
      return `decimal(${type.precision}, ${type.scale})`;
    case "timestamp":
      return type.unit === "us" ? "timestamp" : `timestamp[${type.unit}]`;
    default:
      return type.kind;
  }
}
