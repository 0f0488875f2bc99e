import { basename } from "node:path";
import type { Snapshot, StoredTable } from "../commit/snapshot.js";
import type { Document, DocumentedPlace } from "./document.js";
import { provenance } from "./provenance.js";
import { readme } from "./readme.js";
import { stacItem } from "./stac-item.js";

/**
 * What stands beside a dataset for those who find it: where it comes from, how to open it, and a STAC Item per table. The same
 * snapshot gives the same documents.
 */
export function documents(snapshot: Snapshot, place: DocumentedPlace): Document[] {
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  return [
    { path: "provenance.json", content: json(provenance(snapshot)) },
    { path: "README.md", content: readme(snapshot, place) },
    ...snapshot.tables.map((table) => ({
      path: itemPath(table, snapshot.tables.length),
      content: json(stacItem(snapshot, table, place)),
    })),
  ];
}

function itemPath({ path }: StoredTable, tables: number): string {
  return tables === 1 ? "stac-item.json" : `stac-item-${basename(path)}.json`;
}
