import { readFileSync } from "node:fs";
import hdf5 from "../../plugins/hdf5/src/index.js";
import type { AttributeElement, Attributes, Dataset } from "../../src/format/contract.js";
import { type OwnedReadContext, readContext } from "../../src/format/read-context.js";
import type { ByteSource } from "../../src/store/contract.js";
import { fileStore } from "../../src/store/file.js";

export interface Opened {
  readonly dataset: Dataset;
  readonly context: OwnedReadContext;
}

export async function openSample(path: string): Promise<Opened> {
  const context = readContext({ parallel: false });
  const source = context.adopt(await fileStore().open(path));
  return { dataset: await hdf5.open(source, context), context };
}

/** The sample with bytes changed, in memory. */
export async function openBytes(bytes: Uint8Array): Promise<Opened> {
  const context = readContext({ parallel: false });
  const readOne = async ({ offset, length }: { offset: number; length: number }) => {
    if (offset + length > bytes.length) throw Object.assign(new Error("past the end"), { tag: "truncated" });
    return bytes.slice(offset, offset + length);
  };
  const source: ByteSource = {
    url: "memory:sample.h5",
    size: bytes.length,
    version: "1",
    async *read(ranges) {
      for (const [index, range] of ranges.entries()) yield { index, bytes: await readOne(range) };
    },
    readOne,
    close: async () => undefined,
  };
  return { dataset: await hdf5.open(context.adopt(source), context), context };
}

export function sample(name: string): Uint8Array {
  return new Uint8Array(readFileSync(`sample-data/${name}`));
}

/** Where a text stands first in the bytes. */
export function placeOf(bytes: Uint8Array, text: string): number {
  const at = Buffer.from(bytes).indexOf(text, 0, "latin1");
  if (at < 0) throw new Error(`the sample has no ${text}`);
  return at;
}

/** Attributes as the oracle's JSON has them: one list a value, int64 beyond 2⁵³ as text, structures as lists. */
export function plainAttributes(attributes: Attributes): Record<string, unknown[]> {
  return Object.fromEntries([...attributes].map(([name, { values }]) => [name, values.map(plain)]));
}

function plain(value: AttributeElement): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === "number") return Number.isNaN(value) ? "NaN" : value;
  if (typeof value !== "object") return value;
  return (Array.isArray(value) ? value : Object.values(value)).map(plain);
}
