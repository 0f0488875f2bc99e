import { GraticuleError } from "../errors.js";
import { listOf, numberAt, objectOf, oneOf, textOf, validateExpr, wrong } from "../expr/validate.js";
import { type AxisSelection, type LogicalNode, type LogicalPlan, PLAN_VERSION, type SinkSpec } from "./nodes.js";

const MAX_DEPTH = 100;

/** The plan as text that {@link parsePlan} reads; the same plan gives the same text. */
export function formatPlan(plan: LogicalPlan): string {
  return JSON.stringify(plan);
}

/**
 * Reads a plan back, checking every part of it.
 * @throws `malformed` for what is no plan or has an unknown node; `unsupported` for one of another version
 */
export function parsePlan(text: string): LogicalPlan {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new GraticuleError("malformed", "the plan is no JSON", { cause });
  }
  const plan = objectOf(json, "plan");
  if (plan.kind !== "graticule-plan") throw wrong("plan.kind", `is ${JSON.stringify(plan.kind)}, and not "graticule-plan"`);
  if (plan.version !== PLAN_VERSION)
    throw new GraticuleError(
      "unsupported",
      `the plan has version ${JSON.stringify(plan.version)}; this program reads ${PLAN_VERSION}`,
      {
        hint: "plan again, or run it with the program that made it",
      },
    );
  const roots = listOf(plan.roots, "plan.roots").map((root, i) => validateNode(root, `plan.roots[${i}]`, 0));
  return { kind: "graticule-plan", version: PLAN_VERSION, roots };
}

function validateNode(json: unknown, at: string, depth: number): LogicalNode {
  if (depth > MAX_DEPTH) throw wrong(at, "is nested too deeply");
  const node = objectOf(json, at);
  const input = (): LogicalNode => validateNode(node.input, `${at}.input`, depth + 1);
  switch (node.op) {
    case "scan":
      return validateScan(node, at);
    case "filter":
      return { op: "filter", input: input(), predicate: validateExpr(node.predicate, `${at}.predicate`) };
    case "project": {
      const columns = listOf(node.columns, `${at}.columns`).map((column, i) => {
        const own = objectOf(column, `${at}.columns[${i}]`);
        return { name: textOf(own.name, `${at}.columns[${i}].name`), source: textOf(own.source, `${at}.columns[${i}].source`) };
      });
      return { op: "project", input: input(), columns };
    }
    case "rechunk":
      oneOf(node.order, ["array"], `${at}.order`);
      return { op: "rechunk", input: input(), order: "array" };
    case "write":
      return { op: "write", input: input(), sink: validateSink(node.sink, `${at}.sink`), path: textOf(node.path, `${at}.path`) };
    default:
      throw wrong(at, `has the unknown op ${JSON.stringify(node.op)}`);
  }
}

function validateScan(node: Record<string, unknown>, at: string): LogicalNode {
  const columns = node.columns === null ? null : listOf(node.columns, `${at}.columns`).map((name) => textOf(name, `${at}.columns`));
  const claimed = listOf(node.claimed, `${at}.claimed`).map((item, i) => {
    const own = objectOf(item, `${at}.claimed[${i}]`);
    const claim = oneOf(own.claim, ["exact", "inexact"], `${at}.claimed[${i}].claim`) as "exact" | "inexact";
    return { predicate: validateExpr(own.predicate, `${at}.claimed[${i}].predicate`), claim };
  });
  const selection =
    node.selection === null
      ? null
      : listOf(node.selection, `${at}.selection`).map((axis, i) => validateSelection(axis, `${at}.selection[${i}]`));
  return { op: "scan", table: textOf(node.table, `${at}.table`), columns, claimed, selection };
}

function validateSelection(json: unknown, at: string): AxisSelection {
  if (json === null) return null;
  let last = -1;
  return listOf(json, at).map((item) => {
    const run = objectOf(item, at);
    const [start, stop] = [numberAt(run.start, at), numberAt(run.stop, at)];
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(stop) || start < Math.max(0, last) || stop <= start)
      throw wrong(at, "is not a list of ascending runs");
    last = stop;
    return { start, stop };
  });
}

function validateSink(json: unknown, at: string): SinkSpec {
  const sink = objectOf(json, at);
  const compression = objectOf(sink.compression, `${at}.compression`);
  const codec = oneOf(compression.codec, ["zstd", "snappy", "gzip", "none"], `${at}.compression.codec`);
  return {
    format: oneOf(sink.format, ["parquet", "arrow"], `${at}.format`) as SinkSpec["format"],
    dest: textOf(sink.dest, `${at}.dest`),
    compression: {
      codec: codec as SinkSpec["compression"]["codec"],
      ...(compression.level !== undefined && { level: numberAt(compression.level, `${at}.compression.level`) }),
    },
    rowGroupRows: numberAt(sink.rowGroupRows, `${at}.rowGroupRows`),
    mode: oneOf(sink.mode, ["create", "append", "overwrite"], `${at}.mode`) as SinkSpec["mode"],
  };
}
