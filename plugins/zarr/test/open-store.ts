import { join } from "node:path";
import type { ArrayVariable, ChunkRef, Dataset, ReadContext } from "../../../src/format/contract.js";
import { readBox } from "../../../src/format/read-box.js";
import { type OwnedReadContext, type ReadContextOptions, readContext } from "../../../src/format/read-context.js";
import { type Box, wholeBox } from "../../../src/schema/box.js";
import { memorySource } from "../../../src/store/memory.js";
import { type Plain, plainValues } from "../../../test/contract/expected.js";
import plugin from "../src/index.js";

export const samples = join(import.meta.dirname, "../../../sample-data");

export interface OpenedStore {
  readonly dataset: Dataset;
  readonly context: OwnedReadContext;
  variable(path: string): ArrayVariable;
  /** All values of a variable, as the expected JSON has them. */
  values(path: string): Promise<Plain[]>;
}

/** Opens a file, or the object that marks a folder. */
export async function openStore(path: string, options: ReadContextOptions = {}): Promise<OpenedStore> {
  const context = readContext({ parallel: false, ...options });
  return opened(await plugin.open(await context.openSource(path), context), context);
}

/** Opens what a file of that name would hold. */
export function openText(text: string, url = join(samples, "in-memory.json"), options: ReadContextOptions = {}) {
  return openBytes(Buffer.from(text), url, options);
}

export async function openBytes(bytes: Uint8Array, url: string, options: ReadContextOptions = {}): Promise<OpenedStore> {
  const context = readContext({ parallel: false, ...options });
  return opened(await plugin.open(context.adopt(memorySource(url, bytes)), context), context);
}

function opened(dataset: Dataset, context: OwnedReadContext): OpenedStore {
  const variable = (path: string) => {
    const found = dataset.variables.find((one) => one.path === path);
    if (!found) throw new Error(`no ${path} among ${dataset.variables.map((one) => one.path).join()}`);
    return found;
  };
  return {
    dataset,
    context,
    variable,
    async values(path) {
      const one = variable(path);
      return plainValues(await readBox(one, wholeBox(one.shape), context), one.dtype.name);
    },
  };
}

export async function refsOf(variable: ArrayVariable, box: Box, context: ReadContext): Promise<ChunkRef[]> {
  const refs: ChunkRef[] = [];
  for await (const ref of variable.locate(box, context)) refs.push(ref);
  return refs;
}
