import type { RowField, RowType } from "../../schema/row-batch.js";
import { damaged } from "./damaged.js";
import { REPEATED, REQUIRED, type SchemaElement } from "./metadata.js";
import { rowTypeOf } from "./row-type.js";

/** A column that has values of its own. */
export interface Leaf {
  /** Position among the leaves, which is that of its chunk in every row group. */
  readonly index: number;
  readonly path: readonly string[];
  readonly physical: number;
  /** Of fixed-length bytes. */
  readonly length: number;
  /** Levels at most; those of a value that is there. */
  readonly definition: number;
  readonly repetition: number;
  readonly type: RowType;
}

interface Place {
  readonly field: RowField;
  /** Definition level from which on it is not null. */
  readonly definition: number;
}

/** A field of the schema and how its values are put together from the leaves below it. */
export type SchemaNode =
  | (Place & { readonly kind: "leaf"; readonly leaf: Leaf })
  | (Place & { readonly kind: "struct"; readonly children: readonly SchemaNode[] })
  /** `repetition`: level of its second and later items; `item`: definition level from which on there is an item. */
  | (Place & { readonly kind: "list"; readonly repetition: number; readonly item: number; readonly child: SchemaNode });

export interface SchemaTree {
  readonly nodes: readonly SchemaNode[];
  readonly leaves: readonly Leaf[];
}

const MAX_DEPTH = 64;
const CONVERTED_MAP = [1, 2];
const CONVERTED_LIST = 3;
const LOGICAL_MAP = 2;
const LOGICAL_LIST = 3;

interface Levels {
  readonly definition: number;
  readonly repetition: number;
  readonly depth: number;
  readonly path: readonly string[];
}

/** The fields below the root, from the list of a footer. Lists and maps also in the shapes of before the three levels (LogicalTypes.md). */
export function schemaTree(elements: readonly SchemaElement[]): SchemaTree {
  const reader = new Reader(elements);
  const root = reader.take();
  const nodes: SchemaNode[] = [];
  for (let i = 0; i < root.children; i++) nodes.push(reader.field({ definition: 0, repetition: 0, depth: 0, path: [] }));
  return { nodes, leaves: reader.leaves };
}

class Reader {
  readonly leaves: Leaf[] = [];
  #next = 0;

  constructor(readonly elements: readonly SchemaElement[]) {}

  take(): SchemaElement {
    const element = this.elements[this.#next++];
    if (!element) throw damaged(`the schema ends after ${this.elements.length} elements, within a group`);
    if (element.children < 0 || element.children > this.elements.length - this.#next)
      throw damaged(`${element.name} declares ${element.children} fields in a schema of ${this.elements.length} elements`);
    return element;
  }

  /** A field as its parent has it: a repeated one outside of a list is a list of its own. */
  field(at: Levels): SchemaNode {
    const element = this.take();
    if (at.depth > MAX_DEPTH) throw damaged(`the schema nests deeper than ${MAX_DEPTH}`);
    if (element.repetition !== REPEATED) return this.#content(element, at);
    const inner = { ...at, definition: at.definition + 1, repetition: at.repetition + 1 };
    const child = this.#content({ ...element, repetition: REQUIRED }, inner);
    const field = { name: element.name, type: { kind: "list", item: child.field } as const, nullable: false };
    return { kind: "list", field, definition: at.definition, repetition: inner.repetition, item: inner.definition, child };
  }

  /** A field that is not repeated. */
  #content(element: SchemaElement, at: Levels): SchemaNode {
    const nullable = element.repetition !== REQUIRED;
    const inner: Levels = {
      definition: at.definition + (nullable ? 1 : 0),
      repetition: at.repetition,
      depth: at.depth + 1,
      path: [...at.path, element.name],
    };
    if (element.physical !== undefined) return this.#leaf(element, nullable, inner);
    const next = this.elements[this.#next];
    if (next?.repetition === REPEATED && element.children === 1) {
      if (isList(element)) return this.#list(element, nullable, inner);
      if (isMap(element) && next.physical === undefined && next.children > 0 && next.children <= 2)
        return this.#map(element, nullable, inner);
    }
    return this.#struct(element, nullable, inner);
  }

  #leaf(element: SchemaElement, nullable: boolean, { definition, repetition, path }: Levels): SchemaNode {
    const type = rowTypeOf(element);
    const leaf: Leaf = {
      index: this.leaves.length,
      path,
      physical: element.physical as number,
      length: element.length ?? 0,
      definition,
      repetition,
      type,
    };
    this.leaves.push(leaf);
    return { kind: "leaf", field: { name: element.name, type, nullable }, definition, leaf };
  }

  #struct(element: SchemaElement, nullable: boolean, inner: Levels): SchemaNode {
    if (element.children === 0) throw damaged(`${element.name} is a group without fields`);
    const children: SchemaNode[] = [];
    for (let i = 0; i < element.children; i++) children.push(this.field(inner));
    const type: RowType = { kind: "struct", fields: children.map((child) => child.field) };
    return { kind: "struct", field: { name: element.name, type, nullable }, definition: inner.definition, children };
  }

  #list(element: SchemaElement, nullable: boolean, at: Levels): SchemaNode {
    const repeated = this.take();
    const inner: Levels = {
      definition: at.definition + 1,
      repetition: at.repetition + 1,
      depth: at.depth + 1,
      path: at.path,
    };
    const isItem =
      repeated.physical !== undefined ||
      repeated.children !== 1 ||
      repeated.name === "array" ||
      repeated.name === `${element.name}_tuple` ||
      this.elements[this.#next]?.repetition === REPEATED;
    const child = isItem
      ? this.#content({ ...repeated, repetition: REQUIRED }, inner)
      : this.field({ ...inner, path: [...inner.path, repeated.name] });
    const field = { name: element.name, type: { kind: "list", item: child.field } as const, nullable };
    return { kind: "list", field, definition: at.definition, repetition: inner.repetition, item: inner.definition, child };
  }

  #map(element: SchemaElement, nullable: boolean, at: Levels): SchemaNode {
    const repeated = this.take();
    const inner: Levels = {
      definition: at.definition + 1,
      repetition: at.repetition + 1,
      depth: at.depth + 1,
      path: [...at.path, repeated.name],
    };
    const children = Array.from({ length: repeated.children }, () => this.field(inner));
    const [key, value] = children.map((child) => child.field);
    const entries: RowType = { kind: "struct", fields: children.map((one) => one.field) };
    const child: SchemaNode = {
      kind: "struct",
      field: { name: repeated.name, type: entries, nullable: false },
      definition: inner.definition,
      children,
    };
    const type: RowType = key && value ? { kind: "map", key, value } : { kind: "list", item: child.field };
    const field = { name: element.name, type, nullable };
    return { kind: "list", field, definition: at.definition, repetition: inner.repetition, item: inner.definition, child };
  }
}

function isList({ converted, logical }: SchemaElement): boolean {
  return logical?.id === LOGICAL_LIST || converted === CONVERTED_LIST;
}

function isMap({ converted, logical }: SchemaElement): boolean {
  return logical?.id === LOGICAL_MAP || CONVERTED_MAP.includes(converted ?? -1);
}

/** The leaves below a node, in order. */
export function leavesOf(node: SchemaNode): readonly Leaf[] {
  if (node.kind === "leaf") return [node.leaf];
  return node.kind === "list" ? leavesOf(node.child) : node.children.flatMap(leavesOf);
}
