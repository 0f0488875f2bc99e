import type { DatasetMeaning, VariableMeaning } from "../../convention/meaning.js";
import { type DecodedStatistics, StatisticsAccumulator } from "../../convention/statistics.js";
import { StringStatistics, type TextStatistics } from "../../convention/string-statistics.js";
import { GraticuleError } from "../../errors.js";
import type { ArrayVariable, ReadContext, Values } from "../../format/contract.js";
import { cutMissing } from "../../format/cut-missing.js";
import { slabsOf } from "../../format/slabs.js";
import { type Box, wholeBox } from "../../schema/box.js";
import type { TypedArray } from "../../schema/typed-array.js";
import { readAhead } from "../read-ahead.js";
import { decodesPerChunk, rowBoxes } from "../row-boxes.js";

export interface Measures {
  readonly decoded?: DecodedStatistics;
  readonly strings?: TextStatistics;
  readonly vlen?: { readonly rows: number; readonly total: number; readonly max: number };
  readonly sha256?: string;
}

export interface MeasureRequest {
  readonly stats: boolean;
  readonly checksum: boolean;
}

/** Decoded bytes of one box; two are held at once, and statistics may hold a copy in float64. */
const BOX_BYTES = 32 << 20;
/** The same where smaller boxes would have chunks decoded more than once. */
const WIDE_BOX_BYTES = 128 << 20;
/** Text and lists of varying length are heavier than their stored size says. */
const LIST_BYTES_PER_ELEMENT = 256;

/**
 * Reads all values of a variable once, box by box within bounded memory, for what was asked of them. The checksum needs the
 * array's own order; without it boxes follow storage.
 *
 * @throws what reading throws; nothing that was measured before is given then
 */
export async function measure(
  variable: ArrayVariable,
  meaning: VariableMeaning,
  request: MeasureRequest,
  context: ReadContext,
): Promise<Measures> {
  const reading = planReading(variable, request);
  const takers = await takersFor(variable, meaning, request, reading.spooled);
  if (takers.length === 0) return {};
  try {
    const boxes = cutMissing(variable, reading.boxes, reading.weight, BOX_BYTES, context);
    for await (const { box, values } of readAhead(variable, boxes, context)) for (const taker of takers) taker.add(values, box);
    return Object.assign({}, ...takers.map((taker) => taker.result()));
  } finally {
    for (const taker of takers) taker.close?.();
  }
}

/** Which boxes are read, and whether a temporary file puts them in the array's order. */
function planReading(
  variable: ArrayVariable,
  { checksum }: MeasureRequest,
): { boxes: Iterable<Box>; spooled: boolean; weight: number } {
  const { shape, chunks, dtype } = variable;
  const isList = dtype.name === "string" || dtype.name === "vlen" || dtype.name === "compound";
  const weight = isList ? Math.max(dtype.size, LIST_BYTES_PER_ELEMENT) : dtype.size;
  if (variable.empty) return { boxes: [], spooled: false, weight };
  if (!checksum) return { boxes: slabsOf(shape, chunks, weight, BOX_BYTES), spooled: false, weight };
  const whole = wholeBox(shape);
  if (decodesPerChunk(whole, chunks, weight, BOX_BYTES) <= 1)
    return { boxes: rowBoxes(whole, chunks, weight, BOX_BYTES), spooled: false, weight };
  if (isList || decodesPerChunk(whole, chunks, weight, WIDE_BOX_BYTES) <= 2)
    return { boxes: rowBoxes(whole, chunks, weight, WIDE_BOX_BYTES), spooled: false, weight };
  return { boxes: slabsOf(shape, chunks, weight, WIDE_BOX_BYTES), spooled: true, weight };
}

/** The meaning of a variable of the dataset. */
export function meaningOf(meaning: DatasetMeaning, path: string): VariableMeaning {
  const own = meaning.variables.get(path);
  if (!own) throw new GraticuleError("internal", `${path} was not interpreted`, { variable: path });
  return own;
}

interface Taker {
  add(values: Values, box: Box): void;
  result(): Measures;
  close?(): void;
}

async function takersFor(
  variable: ArrayVariable,
  meaning: VariableMeaning,
  { stats, checksum }: MeasureRequest,
  spooled: boolean,
): Promise<Taker[]> {
  const takers: Taker[] = [];
  const { name } = variable.dtype;
  if (checksum) {
    const { checksumOf, hasStoredBytes } = await import("./stored-checksum.js");
    if (hasStoredBytes(variable.dtype)) {
      const sum = await checksumOf(variable, spooled);
      takers.push({
        add: (values, box) => sum.add(values, box),
        result: () => ({ sha256: sum.result() }),
        close: () => sum.close(),
      });
    }
  }
  if (!stats) return takers;
  if (name === "char" || name === "string") {
    const strings = new StringStatistics(variable);
    takers.push({
      add: (values, box) => strings.add(values as Uint8Array | readonly string[], box),
      result: () => ({ strings: strings.result() }),
    });
  } else if (name === "vlen") takers.push(lengthsTaker());
  else if (meaning.stored !== undefined) {
    const numbers = new StatisticsAccumulator(variable, meaning);
    takers.push({ add: (values, box) => numbers.add(values as TypedArray, box), result: () => ({ decoded: numbers.result() }) });
  }
  return takers;
}

function lengthsTaker(): Taker {
  let [rows, total, max] = [0, 0, 0];
  return {
    add(values) {
      for (const row of values as readonly unknown[]) {
        const length = (row as { length?: number }).length ?? 0;
        rows++;
        total += length;
        if (length > max) max = length;
      }
    },
    result: () => ({ vlen: { rows, total, max } }),
  };
}
