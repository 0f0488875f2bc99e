import type { DatasetHeader } from "../model.js";
import type { Sources } from "../values/stored-dataset.js";
import { nameOfBlock, namesBlocks } from "./mapping.js";

/** Sources that are looked for, each a file to open. */
const MOST_LOCAL = 1024;
const MOST_REMOTE = 64;
const AT_ONCE = 16;
const NAMED = 3;

interface Source {
  readonly file: string;
  readonly dataset: string;
}

/**
 * What a reader should know of a virtual dataset: sources that it names and that are not there, whose part reads as fill. Those that
 * are numbered end where the first is missing, which is how their number is told.
 */
export async function absentSources({ layout }: DatasetHeader, sources: Sources, isRemote: boolean): Promise<string | undefined> {
  if (layout.kind !== "virtual") return undefined;
  const named = new Map<string, Source>();
  for (const mapping of layout.mappings) {
    if (namesBlocks(mapping)) continue;
    const source = { file: nameOfBlock(mapping.file, 0), dataset: nameOfBlock(mapping.dataset, 0) };
    named.set(`${source.file}\0${source.dataset}`, source);
  }
  const all = [...named.values()];
  const looked = all.slice(0, isRemote ? MOST_REMOTE : MOST_LOCAL);
  const absent = await absentAmong(looked, sources);
  const made = `of the ${all.length} sources that the virtual dataset is made of`;
  const unseen = all.length - looked.length;
  const rest = unseen > 0 ? `${unseen} ${made} were not looked for: what is not there of them reads as fill` : undefined;
  if (absent.length === 0) return rest;
  const shown = absent.slice(0, NAMED).map(({ file, dataset }) => `${dataset} in ${file === "." ? "the file itself" : file}`);
  const told = `${absent.length} ${made} are not there and read as fill: ${shown.join(", ")}${absent.length > NAMED ? ", …" : ""}`;
  return rest ? `${told}; ${rest}` : told;
}

async function absentAmong(looked: readonly Source[], sources: Sources): Promise<readonly Source[]> {
  const isAbsent = new Array<boolean>(looked.length).fill(false);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < looked.length) {
      const at = next++;
      const { file, dataset } = looked[at] as Source;
      isAbsent[at] = await isMissing(file, dataset, sources);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, looked.length) }, lane));
  return looked.filter((_, i) => isAbsent[i]);
}

/** A source that is there and cannot be opened is told of when its values are read. */
async function isMissing(file: string, dataset: string, sources: Sources): Promise<boolean> {
  try {
    return (await sources.open(file, dataset)) === null;
  } catch (error) {
    if ((error as { tag?: unknown } | null)?.tag === undefined) throw error;
    return false;
  }
}
