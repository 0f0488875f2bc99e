import { appendFileSync } from "node:fs";
import type { DestinationLayout, RunLayout } from "./layout.js";

/** A run's history, for people; nothing depends on it. */
export interface EventLog {
  add(event: object): void;
  close(): Promise<void>;
}

/** On disk a file that grows; in S3, where objects do not grow, one more object at the end. */
export function eventLog({ store }: DestinationLayout, run: RunLayout): EventLog {
  const lines: string[] = [];
  return {
    add(event) {
      const line = `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`;
      if (store.kind === "disk") appendFileSync(run.events, line);
      else lines.push(line);
    },
    async close() {
      if (lines.length === 0) return;
      const name = run.events.replace(/(?=\.jsonl$)/, `-${Date.now().toString(36)}`);
      // A history that cannot be written must not hide how the run ended.
      await store.write(name, lines.join(""), false).catch(() => undefined);
    },
  };
}
