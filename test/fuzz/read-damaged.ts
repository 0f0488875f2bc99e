/**
 * The process that reads damaged copies: gets `{path}` from its parent, opens the dataset there, reads a bounded box of every
 * variable, and answers with what it found. It keeps no state between copies but what the library itself keeps.
 */
import { type ErrorTag, isGraticuleError, type OpenVariable, open, read, type SliceRequest } from "graticule";

export interface DamagedReport {
  readonly outcome: "read" | "error";
  /** Errors that are not honest: of no tag, of the tags that blame us or the user. */
  readonly wrong: readonly string[];
  readonly peakMB: number;
}

/** Tags with which damage may be told. */
const HONEST: readonly ErrorTag[] = [
  "malformed",
  "truncated",
  "unsupported",
  "checksum",
  "unknown-format",
  "not-found",
  "permission",
  "temporary",
];

/** More cells than this are not read of a damaged variable: its shape may be anything. */
const MAX_CELLS = 1 << 16;

async function survey(path: string): Promise<DamagedReport> {
  const wrong: string[] = [];
  let outcome: DamagedReport["outcome"] = "read";
  const judge = (error: unknown, where: string): void => {
    outcome = "error";
    if (isGraticuleError(error) && HONEST.includes(error.tag)) return;
    wrong.push(`${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };
  if (/\.parquet$/.test(path)) {
    try {
      for await (const batch of read(path)) if (batch.columns.length !== batch.fields.length) wrong.push("columns are missing");
    } catch (error) {
      judge(error, "read");
    }
    return { outcome, wrong, peakMB: process.resourceUsage().maxRSS / 1024 };
  }
  try {
    const dataset = await open(path);
    try {
      for (const variable of dataset.variables.values()) {
        for (const decode of [false, true]) {
          try {
            await variable.read({ slice: boundedSlice(variable), decode });
          } catch (error) {
            judge(error, variable.path);
          }
        }
      }
    } finally {
      await dataset.close();
    }
  } catch (error) {
    judge(error, "open");
  }
  return { outcome, wrong, peakMB: process.resourceUsage().maxRSS / 1024 };
}

/** What a name that stands twice in `dims` asks for lies in both. */
function boundedSlice({ dims, shape }: OpenVariable): SliceRequest {
  let cells = 1;
  const slice: Record<string, readonly [number, number]> = {};
  for (let d = shape.length - 1; d >= 0; d--) {
    const length = Math.min(shape[d] as number, Math.max(1, Math.floor(MAX_CELLS / cells)));
    cells *= Math.max(1, length);
    const name = dims[d] as string;
    slice[name] = [0, Math.min(length, slice[name]?.[1] ?? length)];
  }
  return slice;
}

process.on("message", ({ path }: { path: string }) => {
  survey(path).then((report) => process.send?.(report));
});
