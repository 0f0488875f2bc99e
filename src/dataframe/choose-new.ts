import type { Archive } from "../archive/model.js";
import { GraticuleError, withoutSecrets } from "../errors.js";
import type { DestinationLayout } from "../sink/commit/layout.js";
import type { LoadedInput } from "../sink/commit/ledger-file.js";
import { ledgerKey, type Part, readLatest, readLedger } from "../sink/commit/snapshot.js";

/** What of the inputs a run that adds to a dataset has to read. */
export interface NewInputs {
  /** Of the archive's members, by their URL there. */
  readonly wanted: ReadonlySet<string>;
  /** How many are loaded as they are. */
  readonly loaded: number;
  /** How many were loaded in another version. */
  readonly changed: number;
  /** Parts whose rows all come from what is read anew: the snapshot leaves them out. */
  readonly replaced: readonly string[];
}

/**
 * New inputs, and those that have changed since they were loaded. The parts with a changed file's rows are replaced as a whole, so
 * that other files of those parts are read anew too.
 *
 * @param subset what of the files is asked for
 * @param nameOf a member's URL as the ledger has it
 * @throws `conflict` where a file was loaded with another request, or shares a part with a changed one and is not among the inputs
 */
export async function chooseNew(
  layout: DestinationLayout,
  archive: Archive,
  subset: string,
  nameOf: (member: Archive["members"][number]) => string,
): Promise<NewInputs> {
  const latest = await readLatest(layout);
  const ledger = await readLedger(layout, latest);
  const known = new Map([...ledger.values()].map((entry) => [entry.url, entry]));
  const members = new Map(archive.members.map((member) => [nameOf(member), member]));
  const changed = new Set<string>();
  const wanted = new Set<string>();
  let loaded = 0;
  for (const [url, member] of members) {
    const entry = known.get(url);
    if (entry) refuseOtherSubset(layout, entry, member.url, subset);
    if (entry && ledger.has(ledgerKey({ url, version: member.version }))) loaded++;
    else {
      wanted.add(url);
      if (entry) changed.add(url);
    }
  }
  const replaced = new Set<Part>();
  for (let before = -1; changed.size > 0 && before !== replaced.size; ) {
    before = replaced.size;
    for (const part of latest?.parts ?? []) {
      if (replaced.has(part) || !part.sources.some((url) => wanted.has(withoutSecrets(url)))) continue;
      replaced.add(part);
      for (const url of part.sources.map(withoutSecrets)) {
        if (!members.has(url)) throw sharesPart(layout, part, url, changed);
        if (!wanted.has(url)) loaded--;
        wanted.add(url);
      }
    }
  }
  return {
    wanted: new Set([...wanted].map((url) => members.get(url)?.url ?? url)),
    loaded,
    changed: changed.size,
    replaced: [...replaced].map(({ path }) => path),
  };
}

/** A file whose rows were left out when it was loaded: to add them one would have to read both requests against each other. */
function refuseOtherSubset({ dest }: DestinationLayout, entry: LoadedInput, url: string, asked: string): void {
  if (entry.subset === undefined || entry.subset === asked) return;
  throw new GraticuleError("conflict", `${url} was loaded with other variables or limits (snapshot ${entry.snapshot})`, {
    file: dest,
    hint: "convert its other part into a dataset of its own, or leave the file out; --overwrite makes the dataset anew",
  });
}

function sharesPart(layout: DestinationLayout, part: Part, url: string, changed: ReadonlySet<string>): GraticuleError {
  const file = part.sources.find((source) => changed.has(source)) ?? [...changed][0];
  return new GraticuleError("conflict", `${file} has changed since it was loaded, and shares a part with ${url}`, {
    file: layout.part(part.path),
    hint: "name that file too, so that the part is made anew from both; or leave the changed one out; --overwrite makes the dataset anew",
  });
}
