import type { Progress } from "../execute/execute-run.js";

/** How a caller hears of a run, and stops it. */
export interface RunHooks {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: Progress) => void;
  readonly onWarning?: (text: string) => void;
}

/** The warnings of a run, each once. */
export interface Warnings {
  readonly all: string[];
  readonly add: (text: string) => void;
}

export function warningsTo(hooks: RunHooks): Warnings {
  const all: string[] = [];
  const add = (text: string): void => {
    if (all.includes(text)) return;
    all.push(text);
    hooks.onWarning?.(text);
  };
  return { all, add };
}
