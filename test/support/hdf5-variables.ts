import { createHash } from "node:crypto";
import plugin from "../../plugins/hdf5/src/index.js";
import type { ArrayVariable, ChunkRef, Dataset, Values } from "../../src/format/contract.js";
import { readBox } from "../../src/format/read-box.js";
import { type OwnedReadContext, readContext } from "../../src/format/read-context.js";
import { type Box, wholeBox } from "../../src/schema/box.js";
import { bytesOf, type TypedArray } from "../../src/schema/typed-array.js";
import { memorySource } from "../../src/store/memory.js";

/** An HDF5 file opened by the plugin as it stands in the sources. */
export interface OpenedHdf5 {
  readonly dataset: Dataset;
  readonly context: OwnedReadContext;
  /** @throws where the file has no such variable */
  variable(path: string): ArrayVariable;
  read(path: string, box?: Box): Promise<Values>;
  refs(path: string, box?: Box): Promise<ChunkRef[]>;
  close(): Promise<void>;
}

/** @param content bytes in place of the file's own */
export async function openHdf5(path: string, content?: Uint8Array): Promise<OpenedHdf5> {
  const context = readContext({ parallel: false });
  const source = content ? context.adopt(memorySource(path, content)) : await context.openSource(path);
  const dataset = await plugin.open(source, context);
  const variable = (name: string): ArrayVariable => {
    const found = dataset.variables.find((v) => v.path === name);
    if (!found) throw new Error(`${path} has no ${name}, but ${dataset.variables.map((v) => v.path).join(" ")}`);
    return found;
  };
  return {
    dataset,
    context,
    variable,
    read: (name, box) => readBox(variable(name), box ?? wholeBox(variable(name).shape), context),
    async refs(name, box) {
      const refs: ChunkRef[] = [];
      for await (const ref of variable(name).locate(box ?? wholeBox(variable(name).shape), context)) refs.push(ref);
      return refs;
    },
    async close() {
      await dataset.close();
      await context.close();
    },
  };
}

/** SHA-256 of numbers, little-endian, row-major. */
export function sha256Of(values: Values): string {
  return createHash("sha256")
    .update(bytesOf(values as TypedArray))
    .digest("hex");
}
