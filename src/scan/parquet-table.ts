import { parseInterval, toTimestampRange } from "../calendar/interval.js";
import { GraticuleError } from "../errors.js";
import { bindExpr, intervalText, resolveColumn } from "../expr/bind.js";
import type { Expr, Literal } from "../expr/nodes.js";
import { simplifyFilter } from "../expr/simplify.js";
import type { ExprColumn } from "../expr/types.js";
import { columnsOf, conjunctsOf, rewriteExpr } from "../expr/walk.js";
import { fieldMetadata } from "../parquet/read/arrow-metadata.js";
import type { PageCounters } from "../parquet/read/chunk-reader.js";
import { ParquetFile } from "../parquet/read/parquet-file.js";
import { leavesOf } from "../parquet/read/schema-tree.js";
import type { RowField } from "../schema/row-batch.js";
import type { ByteSource, ReadOptions, Store } from "../store/contract.js";
import { exprColumns, requireExpressible } from "./parquet-columns.js";
import { findParts, type TablePart } from "./parquet-parts.js";
import { type PruneCounters, pruneFile } from "./parquet-prune.js";
import { partitionFields, partitionLiteral } from "./partition-columns.js";
import { rowsIn } from "./row-ranges.js";
import type { ScanPiece } from "./scan-piece.js";

/** What a scan left out and will read. */
export interface ScanCounters extends PruneCounters {
  files: number;
  prunedFiles: number;
  rowGroupsRead: number;
  /** Rows that remain after pruning. */
  rowsScanned: number;
}

export interface ScanRequest {
  /** Columns of the result; absent: all. */
  readonly columns?: readonly string[] | undefined;
  /** Bound to the table's columns. */
  readonly where: Expr | null;
  readonly batchRows: number;
}

/** A piece with the file that it is of, opened. */
export interface OpenPiece {
  readonly file: ParquetFile;
  readonly piece: ScanPiece;
  /** Bytes that its rows take in the columns of the result, decompressed. */
  readonly bytes: number;
  /** To be called once when the piece is done: the file is closed behind its last one. */
  release(): Promise<void>;
}

/** Closes a file when all of its pieces are planned and done. */
class Lease {
  #uses = 1;

  constructor(readonly source: ByteSource) {}

  add(): () => Promise<void> {
    this.#uses++;
    return () => this.release();
  }

  async release(): Promise<void> {
    if (--this.#uses === 0) await this.source.close();
  }
}

/** Files whose footers are fetched ahead of their turn. */
const AHEAD = 8;

/** A table of Parquet files. Its columns are those of its first file, and its folders'. */
export class ParquetTable {
  readonly columns: readonly ExprColumn[];
  readonly #opened = new Map<string, Promise<ParquetFile>>();

  private constructor(
    readonly parts: readonly TablePart[],
    readonly snapshot: number | undefined,
    readonly fields: readonly RowField[],
    readonly partitions: readonly RowField[],
    readonly openSource: (url: string) => Promise<ByteSource>,
    readonly decoded: PageCounters,
  ) {
    this.columns = exprColumns(fields);
  }

  /** @throws `not-found`, `usage`, `malformed`, `unsupported`, `unknown-format` */
  static async open(
    input: string,
    store: Store,
    openSource: (url: string) => Promise<ByteSource>,
    options: ReadOptions = {},
  ): Promise<ParquetTable> {
    const { parts, snapshot } = await findParts(input, store);
    const [first] = parts;
    if (!first) throw new GraticuleError("not-found", "the dataset has no parts", { file: input });
    const decoded: PageCounters = { pages: 0 };
    const file = await ParquetFile.open(await openSource(first.url), options, decoded);
    const own = describedFields(file);
    const names = new Set(own.map((field) => field.name));
    const partitions = partitionFields(parts).filter((field) => !names.has(field.name));
    const table = new ParquetTable(parts, snapshot, [...own, ...partitions], partitions, openSource, decoded);
    table.#opened.set(first.url, Promise.resolve(file));
    return table;
  }

  /** A predicate over the columns. @throws `usage`, `unsupported` */
  bind(expr: Expr): Expr {
    const names = columnsOf(expr).map((name) => resolveColumn(name, this.columns).name);
    requireExpressible(names, this.fields);
    return bindExpr(expr, this.columns);
  }

  /** The columns of a result. @throws `usage` for a name that there is not */
  choose(names: readonly string[] | undefined): readonly RowField[] {
    return names ? names.map((name) => resolveColumn(name, this.fields)) : this.fields;
  }

  /** What pruning by folders does of a predicate exactly, and what is left for the rows. */
  claims(where: Expr | null): { readonly term: Expr; readonly claim: "exact" | "inexact" }[] {
    const known = new Set(this.partitions.map((field) => field.name));
    const terms = where ? conjunctsOf(where) : [];
    return terms.map((term) => ({ term, claim: columnsOf(term).every((name) => known.has(name)) ? "exact" : "inexact" }));
  }

  /** The pieces that may hold rows of the predicate, in the order of the files. */
  async *pieces(request: ScanRequest, counters: ScanCounters, options: ReadOptions = {}): AsyncGenerator<OpenPiece> {
    const fields = this.choose(request.columns);
    const left = this.parts.flatMap((part) => {
      counters.files++;
      const where = this.#partWhere(part, request.where);
      if (where !== "nothing") return [{ part, where }];
      counters.prunedFiles++;
      return [];
    });
    for (const [i, { part, where }] of left.entries()) {
      for (const { part: next } of left.slice(i + 1, i + AHEAD)) this.#open(next.url, options).catch(() => undefined);
      const file = await this.#open(part.url, options);
      this.#opened.delete(part.url);
      const lease = new Lease(file.source);
      try {
        yield* this.#ofFile(file, part, where, fields, request, counters, lease, options);
      } finally {
        await lease.release();
      }
    }
  }

  /** Closes what was opened and not read. */
  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#opened.values());
    this.#opened.clear();
    for (const one of opened) if (one.status === "fulfilled") await one.value.source.close();
  }

  async *#ofFile(
    file: ParquetFile,
    part: TablePart,
    where: Expr | null,
    fields: readonly RowField[],
    request: ScanRequest,
    counters: ScanCounters,
    lease: Lease,
    options: ReadOptions,
  ): AsyncGenerator<OpenPiece> {
    this.#checkTypes(file, fields, where);
    const own = new Map(file.tree.nodes.map((node) => [node.field.name, node]));
    const residual = settle(where && withLiterals(where, (name) => (own.has(name) ? null : { type: "null" })));
    if (residual === "nothing") {
      counters.prunedFiles++;
      return;
    }
    const leaves = fields.flatMap((field) => {
      const node = own.get(field.name);
      return node ? leavesOf(node).map((leaf) => leaf.index) : [];
    });
    const pruning = residual && forPruning(residual, this.columns);
    for (const { group, ranges } of await pruneFile(file, pruning, leaves, counters, options)) {
      counters.rowGroupsRead++;
      counters.rowsScanned += rowsIn(ranges);
      const { url, version } = file.source;
      const partition = [...part.partition];
      const { columns, rows } = file.rowGroup(group);
      const bytes = (leaves.reduce((n, leaf) => n + (columns[leaf]?.uncompressedBytes ?? 0), 0) * rowsIn(ranges)) / rows;
      const piece: ScanPiece = { url, version, group, ranges, fields, partition, residual, batchRows: request.batchRows };
      yield { file, piece, bytes, release: lease.add() };
    }
  }

  /** The predicate with the values of the part's folders. */
  #partWhere(part: TablePart, where: Expr | null): Expr | null | "nothing" {
    const known = new Map(
      this.partitions.map((field) => [field.name, partitionLiteral(field, part.partition.get(field.name) ?? null)]),
    );
    return settle(where && withLiterals(where, (name) => known.get(name) ?? null));
  }

  #open(url: string, options: ReadOptions): Promise<ParquetFile> {
    let opened = this.#opened.get(url);
    if (!opened) {
      opened = this.openSource(url).then((source) => ParquetFile.open(source, options, this.decoded));
      this.#opened.set(url, opened);
    }
    return opened;
  }

  #checkTypes(file: ParquetFile, fields: readonly RowField[], where: Expr | null): void {
    const wanted = new Set([...fields.map((field) => field.name), ...(where ? columnsOf(where) : [])]);
    for (const { field } of file.tree.nodes) {
      const known = wanted.has(field.name) && this.fields.find((one) => one.name === field.name);
      if (known && JSON.stringify(known.type) !== JSON.stringify(field.type))
        throw new GraticuleError(
          "unsupported",
          `${field.name} is of the type ${typeText(field)} here and ${typeText(known)} in the first file`,
          {
            file: file.source.url,
            variable: field.name,
            hint: "read the files one by one, or choose other columns",
          },
        );
    }
  }
}

function typeText({ type }: RowField): string {
  return type.kind === "number" ? type.name : type.kind;
}

/** Fields with the metadata that Arrow's writers leave in the footer. */
function describedFields(file: ParquetFile): RowField[] {
  const entry = file.metadata.keyValues.get("ARROW:schema");
  const known = entry === undefined ? null : fieldMetadata(entry);
  return file.fields.map((field) => {
    const metadata = known?.get(field.name);
    return metadata && Object.keys(metadata).length > 0 ? { ...field, metadata } : field;
  });
}

function withLiterals(expr: Expr, literalOf: (name: string) => Literal | null): Expr {
  return rewriteExpr(expr, (node) => {
    const literal = node.op === "column" ? literalOf(node.name) : null;
    return literal ? { op: "literal", literal } : node;
  });
}

/** A filter made simple; null: all rows pass. */
function settle(where: Expr | null): Expr | null | "nothing" {
  if (!where) return null;
  const simple = simplifyFilter(where);
  if (simple.op !== "literal") return simple;
  return simple.literal.type === "bool" && simple.literal.value ? null : "nothing";
}

/** Intervals of timestamps as comparisons, which bounds decide. */
function forPruning(where: Expr, columns: readonly ExprColumn[]): Expr {
  return rewriteExpr(where, (node) => {
    if (node.op !== "within-time" || node.arg.op !== "column") return node;
    const { arg } = node;
    const column = columns.find((one) => one.name === arg.name);
    if (column?.type.kind !== "timestamp") return node;
    const { start, stop } = toTimestampRange(parseInterval(intervalText(node), "proleptic_gregorian"), "proleptic_gregorian");
    const side = (kind: ">=" | "<", micros: bigint): Expr => ({
      op: "compare",
      kind,
      left: arg,
      right: { op: "literal", literal: { type: "timestamp", micros: String(micros) } },
    });
    return {
      op: "and",
      args: [...(start === undefined ? [] : [side(">=", start)]), ...(stop === undefined ? [] : [side("<", stop)])],
    };
  });
}
