import type { RowType, Vector } from "../schema/row-batch.js";
import { arrayTypeOf } from "../schema/typed-array.js";

/** A column of nothing but null: of a file that lacks it. */
export function nullRows(type: RowType, length: number): Vector {
  const validity = { bits: new Uint8Array((length + 7) >> 3), length, zeros: length };
  const cells = length > 0 ? { length, validity } : { length };
  switch (type.kind) {
    case "string":
    case "binary":
      return { kind: "texts", offsets: new Int32Array(length + 1), bytes: new Uint8Array(0), ...cells };
    case "decimal":
    case "fixed-binary":
      return { kind: "fixed", size: type.size, bytes: new Uint8Array(length * type.size), ...cells };
    case "struct":
      return { kind: "struct", children: type.fields.map((field) => nullRows(field.type, length)), ...cells };
    case "list":
      return { kind: "list", offsets: new Int32Array(length + 1), child: nullRows(type.item.type, 0), ...cells };
    case "map": {
      const child: Vector = { kind: "struct", children: [nullRows(type.key.type, 0), nullRows(type.value.type, 0)], length: 0 };
      return { kind: "list", offsets: new Int32Array(length + 1), child, ...cells };
    }
    case "number":
      return { kind: "numbers", values: new (arrayTypeOf(type.name))(length), ...cells };
    case "bool":
      return { kind: "numbers", values: new Uint8Array(length), ...cells };
    case "timestamp":
      return { kind: "numbers", values: new BigInt64Array(length), ...cells };
    case "time":
      return { kind: "numbers", values: type.unit === "ms" ? new Int32Array(length) : new BigInt64Array(length), ...cells };
    case "date":
    case "null":
      return { kind: "numbers", values: new Int32Array(length), ...cells };
  }
}
