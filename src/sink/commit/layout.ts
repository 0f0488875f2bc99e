import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { OutputStore } from "../../store/output/contract.js";
import { openOutput } from "../../store/output/open-output.js";

/** Where everything of a destination lies; see docs/explanation/commit.md. */
export interface DestinationLayout {
  readonly store: OutputStore;
  readonly dest: string;
  /** One file in place of a folder of parts. */
  readonly single: boolean;
  readonly state: string;
  readonly lock: string;
  readonly latest: string;
  /** Of datasets that were written by 0.1; now snapshots tell it. */
  readonly ledger: string;
  readonly success: string;
  snapshot(n: number): string;
  run(runId: string): RunLayout;
  /** A path of the manifest; "" is the destination itself. */
  part(path: string): string;
  readonly runs: string;
  readonly snapshots: string;
}

export interface RunLayout {
  readonly id: string;
  readonly folder: string;
  readonly plan: string;
  readonly tasks: string;
  readonly staging: string;
  readonly events: string;
  /** Exists once the run is committed and cleaned up. */
  readonly done: string;
}

/** @param dest as {@link outputPath} gives it */
export function layoutOf(dest: string): DestinationLayout {
  const store = openOutput(dest);
  const under = store.kind === "disk" ? join : joinKey;
  const trimmed = dest.length > 1 ? dest.replace(/\/+$/, "") : dest;
  const state = `${trimmed}.graticule`;
  return {
    store,
    dest: trimmed,
    single: /\.parquet$/i.test(basename(trimmed)),
    state,
    lock: under(state, "lock"),
    latest: under(state, "LATEST"),
    ledger: under(state, "ledger.jsonl"),
    success: under(trimmed, "_SUCCESS"),
    snapshots: under(state, "snapshots"),
    snapshot: (n) => under(state, "snapshots", `${n}.json`),
    part: (path) => (path === "" ? trimmed : under(trimmed, path)),
    runs: under(state, "runs"),
    run(runId) {
      const folder = under(state, "runs", runId);
      return {
        id: runId,
        folder,
        plan: under(folder, "plan.json"),
        tasks: under(folder, "tasks"),
        staging: under(folder, "staging"),
        events: under(folder, "events.jsonl"),
        done: under(folder, "done.json"),
      };
    },
  };
}

/** As `join`, without looking for `.` and `..`, which are names in a key. */
function joinKey(...names: readonly string[]): string {
  return names.filter((name) => name !== "").join("/");
}

/** Whether graticule has been here before. */
export async function hasState({ store, state }: DestinationLayout): Promise<boolean> {
  return store.kind === "disk" ? existsSync(state) : (await store.list(state)).length > 0;
}
