import type { DestinationLayout } from "./layout.js";

/** An input whose rows are in the dataset. */
export interface LoadedInput {
  readonly url: string;
  readonly version: string;
  /** The snapshot that brought it. */
  readonly snapshot: number;
  /** What of the file was asked for, as `RunFile` has it. Absent in what earlier versions wrote: taken for the same. */
  readonly subset?: string;
}

/** The ledger as 0.1 kept it: lines that a crash could cut. */
export async function readLedgerFile({ store, ledger }: DestinationLayout): Promise<LoadedInput[]> {
  const text = (await store.read(ledger)) ?? "";
  return text.split("\n").flatMap((line) => (line === "" ? [] : (parseLine(line) ?? [])));
}

function parseLine(line: string): LoadedInput | null {
  try {
    return JSON.parse(line) as LoadedInput;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
