import { basename, join } from "node:path";

/** Where everything of a destination lies; see docs/explanation/commit.md. */
export interface DestinationLayout {
  readonly dest: string;
  /** One file in place of a folder of parts. */
  readonly single: boolean;
  readonly state: string;
  readonly lock: string;
  readonly latest: string;
  readonly ledger: string;
  readonly success: string;
  snapshot(n: number): string;
  run(runId: string): RunLayout;
  readonly runs: string;
  readonly snapshots: string;
}

export interface RunLayout {
  readonly folder: string;
  readonly plan: string;
  readonly tasks: string;
  readonly staging: string;
  readonly events: string;
  /** Exists once the run is committed and cleaned up. */
  readonly done: string;
}

export function layoutOf(dest: string): DestinationLayout {
  const trimmed = dest.length > 1 ? dest.replace(/\/+$/, "") : dest;
  const state = `${trimmed}.graticule`;
  return {
    dest: trimmed,
    single: /\.parquet$/i.test(basename(trimmed)),
    state,
    lock: join(state, "lock"),
    latest: join(state, "LATEST"),
    ledger: join(state, "ledger.jsonl"),
    success: join(trimmed, "_SUCCESS"),
    snapshots: join(state, "snapshots"),
    snapshot: (n) => join(state, "snapshots", `${n}.json`),
    runs: join(state, "runs"),
    run(runId) {
      const folder = join(state, "runs", runId);
      return {
        folder,
        plan: join(folder, "plan.json"),
        tasks: join(folder, "tasks"),
        staging: join(folder, "staging"),
        events: join(folder, "events.jsonl"),
        done: join(folder, "done.json"),
      };
    },
  };
}
