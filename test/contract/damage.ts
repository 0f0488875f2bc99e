import { expect, test } from "@jest/globals";
import { isGraticuleError } from "../../src/errors.js";
import type { ArrayVariable, Dataset, FormatPlugin, ReadContext } from "../../src/format/contract.js";
import { readBox } from "../../src/format/read-box.js";
import { readContext } from "../../src/format/read-context.js";
import { type Box, sizeOf, wholeBox } from "../../src/schema/box.js";
import { memorySource } from "../../src/store/memory.js";
import { seeded } from "./boxes.js";
import { type ExpectedDataset, type Plain, plainValues } from "./expected.js";

export interface DamageContract {
  readonly plugin: FormatPlugin;
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly expected: ExpectedDataset;
  readonly flips?: number;
  readonly cuts?: number;
}

/** Tags with which damage may be told; `internal` would be a bug of ours, `usage` blames the user. */
const HONEST = ["malformed", "truncated", "unsupported", "checksum", "unknown-format", "not-found"];

/** More cells than this are not read from a damaged copy: its shapes may be anything. */
const MAX_CELLS = 1 << 16;

/** What one damaged copy may cost. */
const MAX_MILLISECONDS = 5000;
const MAX_BYTES = 256 << 20;

/** Damaged copies of a fixture: each gives a tagged error or a partial listing, in bounded time and memory. */
export function describeDamageContract(contract: DamageContract): void {
  test("a cut copy is told, and what is still given is right", async () => {
    for (const length of await interestingLengths(contract)) {
      const cut = contract.bytes.slice(0, length);
      await watched(`cut to ${length}`, async () => {
        for (const [variable, values] of await survey(contract, cut)) {
          const whole = contract.expected.variables[variable.path];
          if (!whole?.values) continue;
          // Where the record count follows from the size, there are fewer records; they are the first ones.
          expect([length, variable.path, variable.shape.slice(1)]).toEqual([length, variable.path, whole.shape.slice(1)]);
          expect([length, variable.path, values]).toEqual([length, variable.path, whole.values.slice(0, values.length)]);
        }
      });
    }
  });

  test("copies with a wrong byte end in order", async () => {
    const random = seeded(contract.bytes.length);
    for (let i = 0; i < (contract.flips ?? 150); i++) {
      const copy = contract.bytes.slice();
      // Every second one in the first 256 bytes, where headers are.
      const at = Math.floor(random() * (i % 2 ? copy.length : Math.min(256, copy.length)));
      copy[at] = i % 4 === 0 ? 0xff : (copy[at] as number) ^ (1 << Math.floor(random() * 8));
      await watched(`byte ${at} = ${copy[at]}`, async () => {
        await survey(contract, copy);
      });
    }
  });
}

/** Opens a damaged copy and reads what it offers; gives the variables that claim to be whole, with their values. */
async function survey({ plugin, file }: DamageContract, bytes: Uint8Array): Promise<[ArrayVariable, Plain[]][]> {
  const context = readContext({ parallel: false });
  let dataset: Dataset;
  try {
    dataset = await plugin.open(context.adopt(memorySource(file, bytes)), context);
  } catch (error) {
    expectHonest(error);
    return [];
  }
  const whole: [ArrayVariable, Plain[]][] = [];
  if (dataset.error) expectHonest({ tag: dataset.error.code, message: dataset.error.message });
  for (const variable of dataset.variables) {
    if (variable.error) expectHonest({ tag: variable.error.code, message: variable.error.message });
    const box = boundedBox(variable.shape);
    const values = await readOr(variable, box, context);
    const complete = sizeOf(variable.shape) <= MAX_CELLS;
    if (values && complete && !variable.error && !variable.unsupported && !dataset.error) whole.push([variable, values]);
  }
  return whole;
}

async function readOr(variable: ArrayVariable, box: Box, context: ReadContext): Promise<Plain[] | null> {
  try {
    return plainValues(await readBox(variable, box, context), variable.dtype.name);
  } catch (error) {
    expectHonest(error);
    return null;
  }
}

/** The whole array, or a corner of it. */
function boundedBox(shape: readonly number[]): Box {
  if (sizeOf(shape) <= MAX_CELLS) return wholeBox(shape);
  return shape.map((n) => ({ start: 0, stop: Math.min(n, 2) }));
}

function expectHonest(error: unknown): void {
  if (!isGraticuleError(error)) throw error;
  expect(HONEST).toContain(error.tag);
  expect(error.message.length).toBeGreaterThan(0);
}

async function watched(what: string, work: () => Promise<void>): Promise<void> {
  const before = process.memoryUsage();
  const start = performance.now();
  await work();
  const seconds = performance.now() - start;
  const after = process.memoryUsage();
  const grown = Math.max(after.arrayBuffers - before.arrayBuffers, after.heapUsed - before.heapUsed);
  expect([what, seconds < MAX_MILLISECONDS, grown < MAX_BYTES]).toEqual([what, true, true]);
}

/** All of the first bytes, the edges of every ref, and some between. */
async function interestingLengths({ plugin, file, bytes, cuts = 150 }: DamageContract): Promise<number[]> {
  const lengths = new Set<number>();
  const add = (length: number) => {
    if (length >= 0 && length < bytes.length) lengths.add(length);
  };
  for (let i = 0; i <= cuts / 3; i++) add(i);
  for (let i = 0; i < cuts / 3; i++) add(Math.floor((bytes.length * i * 3) / cuts));
  const context = readContext({ parallel: false });
  const dataset = await plugin.open(context.adopt(memorySource(file, bytes)), context);
  for (const variable of dataset.variables) {
    if (lengths.size >= cuts) break;
    if (variable.unsupported) continue;
    for await (const ref of variable.locate(wholeBox(variable.shape), context)) {
      if (ref.kind !== "stored" && ref.kind !== "strided") continue;
      for (const near of [-1, 0, 1]) {
        add(ref.offset + near);
        add(ref.offset + ref.length + near);
      }
      if (lengths.size >= cuts) break;
    }
  }
  return [...lengths].sort((a, b) => a - b);
}
