import { findLinked } from "../linked-paths.js";
import type { DatasetHeader } from "../model.js";
import { nameOfBlock, namesBlocks } from "./mapping.js";

const MOST_NAMES = 1024;
const NAMED = 3;

/** What a reader should know of a virtual dataset: files that it names and that are not there, whose part reads as fill. */
export function absentSources({ layout }: DatasetHeader, url: string): string | undefined {
  if (layout.kind !== "virtual") return undefined;
  const names = new Set<string>();
  for (const mapping of layout.mappings) {
    if (names.size >= MOST_NAMES) break;
    if (mapping.file !== "." && !namesBlocks(mapping)) names.add(nameOfBlock(mapping.file, 0));
  }
  const absent = [...names].filter((name) => findLinked(url, name, "virtual") === null);
  if (absent.length === 0) return undefined;
  const shown = absent.slice(0, NAMED).join(", ") + (absent.length > NAMED ? ", …" : "");
  return `${absent.length} of the ${names.size} files that the virtual dataset is made of are not there and read as fill: ${shown}`;
}
