import type { Schema as ArrowSchema, RecordBatch, Table } from "apache-arrow";
import { asGraticuleError, GraticuleError, isGraticuleError } from "../errors.js";

/** Arrow data: a table, record batches as they come, or an IPC stream or file, whole or piece by piece. */
export type ArrowSource = Table | Iterable<RecordBatch> | AsyncIterable<RecordBatch | Uint8Array> | Uint8Array;

export interface OpenArrow {
  readonly schema: ArrowSchema;
  /** Can be gone through once. */
  readonly batches: AsyncIterable<RecordBatch>;
}

/** @throws `malformed` for bytes that are no IPC stream or file, `usage` for what is no Arrow data at all, or has no batch to tell its schema by */
export async function openArrow(source: ArrowSource): Promise<OpenArrow> {
  if (source instanceof Uint8Array) return openMessages(source);
  if (isTable(source)) return { schema: source.schema, batches: eachOf(source.batches) };
  const items = eachOf(source);
  const { value: first, done } = await items.next();
  if (done)
    throw new GraticuleError("usage", "no record batch came, and without one there is no schema", {
      hint: "give a table: it has a schema without rows too",
    });
  if (ArrayBuffer.isView(first)) return openMessages(followed(first as Uint8Array, items as AsyncGenerator<Uint8Array>));
  if (!isBatch(first)) throw new GraticuleError("usage", `Arrow data was expected; this gave ${typeof first}`);
  return { schema: first.schema, batches: followed(first, items as AsyncGenerator<RecordBatch>) };
}

async function openMessages(bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<OpenArrow> {
  const { RecordBatchReader } = await import("apache-arrow");
  try {
    const reader = await RecordBatchReader.from(bytes as AsyncIterable<Uint8Array>);
    await reader.open();
    if (!reader.schema) throw new TypeError("no schema message");
    return { schema: reader.schema, batches: withKind(eachOf(reader)) };
  } catch (error) {
    throw damaged(error);
  }
}

async function* withKind(batches: AsyncGenerator<RecordBatch>): AsyncGenerator<RecordBatch> {
  try {
    yield* batches;
  } catch (error) {
    throw damaged(error);
  }
}

/** What the reader of messages throws are plain errors. */
function damaged(error: unknown): GraticuleError {
  const { code } = error as { code?: unknown };
  if (isGraticuleError(error) || typeof code === "string") return asGraticuleError(error);
  return new GraticuleError("malformed", `this is no Arrow IPC stream or file: ${(error as Error).message}`, { cause: error });
}

/** @throws `usage` where a batch has other columns than those before it */
export function requireSame(schema: ArrowSchema, first: ArrowSchema): void {
  if (schema === first) return;
  const text = ({ fields }: ArrowSchema): string => fields.map(({ name, type }) => `${name} ${type.toString()}`).join(", ");
  if (text(schema) === text(first)) return;
  throw new GraticuleError("usage", `a batch has the columns ${text(schema)}; those before it have ${text(first)}`);
}

function isTable(source: object): source is Table {
  return "batches" in source && "schema" in source;
}

function isBatch(item: unknown): item is RecordBatch {
  return typeof item === "object" && item !== null && "schema" in item && "numRows" in item;
}

async function* eachOf<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T, undefined> {
  yield* items;
  return undefined;
}

async function* followed<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}
