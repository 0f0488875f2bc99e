import { GraticuleError } from "../errors.js";
import type { ColumnType } from "../schema/field.js";
import type { LogicalNode } from "./nodes.js";
import type { TableSource } from "./table-source.js";

export interface PlanColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** The columns that a node gives. @throws `internal` where a node names a column that its input lacks */
export function schemaOf(node: LogicalNode, sourceOf: (table: string) => TableSource): readonly PlanColumn[] {
  switch (node.op) {
    case "scan": {
      const all = sourceOf(node.table).columns.map(({ name, type }) => ({ name, type }));
      return node.columns === null ? all : node.columns.map((name) => requireColumn(name, all));
    }
    case "project": {
      const input = schemaOf(node.input, sourceOf);
      return node.columns.map(({ name, source }) => ({ name, type: requireColumn(source, input).type }));
    }
    default:
      return schemaOf(node.input, sourceOf);
  }
}

function requireColumn(name: string, columns: readonly PlanColumn[]): PlanColumn {
  const found = columns.find((column) => column.name === name);
  if (found) return found;
  throw new GraticuleError(
    "internal",
    `the plan names "${name}", which its input lacks (${columns.map((c) => c.name).join(", ")})`,
  );
}
