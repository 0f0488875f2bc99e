import { createHash } from "node:crypto";
import { decodeValues } from "../convention/decode.js";
import { interpretDataset } from "../convention/interpret.js";
import type { ArrayVariable, Dataset, ReadContext, Values } from "../format/contract.js";
import { readBox } from "../format/read-box.js";
import { slabsOf } from "../format/slabs.js";
import { bytesOf, isBigArray, type TypedArray } from "../schema/typed-array.js";
import { toNumbers, withoutMasked } from "./coordinate.js";
import { type MemberOptions, withMember } from "./open-member.js";
import { tableDataset } from "./table-dataset.js";

const SLAB_BYTES = 8 << 20;

/** Whether a variable holds the same decoded values in all files. Reads them, file by file, until one differs. */
export async function haveSameContents(path: string, urls: readonly string[], options: MemberOptions): Promise<boolean> {
  let first: string | undefined;
  for (const url of urls) {
    const digest = await withMember(url, options, (dataset, context) => digestOf(dataset, path, context));
    first ??= digest;
    if (digest !== first) return false;
  }
  return true;
}

async function digestOf(file: Dataset, path: string, context: ReadContext): Promise<string> {
  const dataset = tableDataset(file);
  const variable = dataset.variables.find((candidate) => candidate.path === path);
  const meaning = variable && interpretDataset(dataset).variables.get(path);
  if (!variable || !meaning) return "absent";
  const sum = createHash("sha256").update(`${meaning.units ?? ""}\n`);
  // Cut alike in all files, whatever their chunks.
  for (const slab of slabsOf(variable.shape, null, 8, SLAB_BYTES)) {
    const raw = await readBox(variable, slab, context);
    if (meaning.decoded === undefined)
      sum.update(JSON.stringify(textsOf(variable, raw), (_, value) => (typeof value === "bigint" ? `${value}` : value)));
    else addNumbers(raw as TypedArray, variable);
  }
  return sum.digest("base64");

  function addNumbers(raw: TypedArray, of: ArrayVariable): void {
    const { values, validity } = decodeValues(raw, of, meaning as NonNullable<typeof meaning>);
    if (!isBigArray(values)) {
      sum.update(bytesOf(toNumbers(values, validity)));
      return;
    }
    sum.update(bytesOf(withoutMasked(values, validity)));
    // A zero and a missing one are two; without missing ones there is nothing to add.
    if (validity && validity.zeros > 0) sum.update(validity.bits);
  }
}

function textsOf(variable: ArrayVariable, raw: Values): readonly unknown[] {
  return variable.dtype.name === "char" ? [Buffer.from(raw as Uint8Array).toString("latin1")] : [...(raw as readonly unknown[])];
}
