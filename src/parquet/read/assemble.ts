import { type Bitmap, packBits } from "../../schema/bitmap.js";
import type { Vector } from "../../schema/row-batch.js";
import { damaged } from "./damaged.js";
import type { LevelStore } from "./level-store.js";
import { leavesOf, type SchemaNode } from "./schema-tree.js";

/** Which entries are places of a parent: those of no deeper repetition whose definition reaches it. */
interface Parent {
  readonly repetition: number;
  readonly definition: number;
}

/**
 * A column of lists, groups and values from the levels of its leaves (Dremel's encoding, parquet-format's README, "Nested
 * Encoding"). All leaves hold the same rows.
 */
export function assemble(node: SchemaNode, stores: ReadonlyMap<number, LevelStore>): Vector {
  return build(node, stores, { repetition: 0, definition: 0 });
}

function build(node: SchemaNode, stores: ReadonlyMap<number, LevelStore>, parent: Parent): Vector {
  const first = leavesOf(node)[0];
  const store = first && stores.get(first.index);
  if (!store) throw new TypeError(`${node.field.name} was not read`);
  switch (node.kind) {
    case "leaf": {
      const flags = flagsOf(store, parent, node.definition);
      store.values.spread(flags, 0, store.values.count, flags.length);
      return store.values.finish();
    }
    case "struct": {
      const flags = flagsOf(store, parent, node.definition);
      const children = node.children.map((child) => build(child, stores, parent));
      checkLengths(node, children, flags.length);
      return { kind: "struct", length: flags.length, children, ...validityOf(flags) };
    }
    case "list": {
      const flags = flagsOf(store, parent, node.definition);
      const offsets = offsetsOf(store, parent, node.repetition, node.item, flags.length);
      const child = build(node.child, stores, { repetition: node.repetition, definition: node.item });
      checkLengths(node, [child], offsets[flags.length] as number);
      return { kind: "list", length: flags.length, offsets, child, ...validityOf(flags) };
    }
  }
}

/** A byte for each place of the parent: 1 where the node is not null there. */
function flagsOf({ repetition, definition, count }: LevelStore, parent: Parent, own: number): Uint8Array {
  const flags = new Uint8Array(count);
  let places = 0;
  for (let i = 0; i < count; i++) {
    const level = definition ? (definition[i] as number) : own;
    if ((repetition && (repetition[i] as number) > parent.repetition) || level < parent.definition) continue;
    flags[places++] = level >= own ? 1 : 0;
  }
  return flags.subarray(0, places);
}

/** Where the items of each list begin. */
function offsetsOf(
  { repetition, definition, count }: LevelStore,
  parent: Parent,
  deepest: number,
  item: number,
  places: number,
): Int32Array {
  const offsets = new Int32Array(places + 1);
  let [place, items] = [-1, 0];
  for (let i = 0; i < count; i++) {
    const repeated = repetition ? (repetition[i] as number) : 0;
    const level = definition ? (definition[i] as number) : item;
    if (repeated <= parent.repetition && level >= parent.definition) {
      place++;
      offsets[place] = items;
    }
    if (repeated > deepest || level < item) continue;
    if (place < 0) throw damaged("a list begins within another");
    items++;
  }
  offsets[places] = items;
  return offsets;
}

function checkLengths(node: SchemaNode, children: readonly Vector[], length: number): void {
  const other = children.find((child) => child.length !== length);
  if (other) throw damaged(`the levels of ${node.field.name} contradict one another: ${other.length} places and ${length}`);
}

function validityOf(flags: Uint8Array): { readonly validity?: Bitmap } {
  const bitmap = packBits(flags);
  return bitmap.zeros > 0 ? { validity: bitmap } : {};
}
