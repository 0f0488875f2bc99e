import type { Progress } from "../execute/execute-run.js";

export interface ProgressOptions {
  readonly mode: "auto" | "json";
  readonly quiet: boolean;
  readonly stream: NodeJS.WriteStream;
}

export interface ProgressDisplay {
  readonly update: (progress: Progress) => void;
  /** Lets something else print between two states of the line. */
  readonly interrupt: (print: () => void) => void;
  readonly end: () => void;
}

/** A line on a terminal, JSON lines where asked for, nothing elsewhere. */
export function progressFor({ mode, quiet, stream }: ProgressOptions): ProgressDisplay {
  if (mode === "json") return jsonLines(stream);
  if (quiet || !stream.isTTY) return { update: () => undefined, interrupt: (print) => print(), end: () => undefined };
  return terminalLine(stream);
}

function jsonLines(stream: NodeJS.WriteStream): ProgressDisplay {
  const started = performance.now();
  const update = (p: Progress): void => {
    const seconds = Math.round(performance.now() - started) / 1000;
    const { tasks, tasksDone, rows, rowsPlanned, bytesRead, bytesWritten } = p;
    stream.write(
      `${JSON.stringify({ event: "progress", seconds, tasks, tasks_done: tasksDone, rows, rows_planned: rowsPlanned, bytes_read: bytesRead, bytes_written: bytesWritten })}\n`,
    );
  };
  return { update, interrupt: (print) => print(), end: () => undefined };
}

function terminalLine(stream: NodeJS.WriteStream): ProgressDisplay {
  const started = performance.now();
  let first: Progress | null = null;
  let line = "";
  const draw = (text: string): void => {
    stream.write(`\r\u001b[2K${text.slice(0, Math.max(10, (stream.columns ?? 80) - 1))}`);
    line = text;
  };
  return {
    update(progress) {
      first ??= { ...progress };
      draw(describe(progress, first, (performance.now() - started) / 1000));
    },
    interrupt(print) {
      const drawn = line;
      draw("");
      print();
      if (drawn) draw(drawn);
    },
    end() {
      if (line) draw("");
    },
  };
}

function describe(now: Progress, first: Progress, seconds: number): string {
  const share = now.tasks === 0 ? 1 : now.tasksDone / now.tasks;
  const fresh = now.tasksDone - first.tasksDone;
  const left = fresh > 0 ? ((now.tasks - now.tasksDone) / fresh) * seconds : Number.NaN;
  const rate = seconds > 0 ? (now.rows - first.rows) / seconds : 0;
  const time = Number.isFinite(left) && share < 1 ? `, ${Math.ceil(left)} s left` : "";
  return `${Math.round(share * 100)} %  ${count(now.rows)} rows, ${formatBytes(now.bytesRead)} read, ${formatBytes(now.bytesWritten)} written, ${count(rate)} rows/s${time}`;
}

/** 1,234 or 12.3 M. */
export function count(n: number): string {
  if (n >= 1e9) return `${(n / 1e9).toFixed(2)} G`;
  if (n >= 1e6) return `${(n / 1e6).toFixed(1)} M`;
  return Math.round(n).toLocaleString("en-US");
}

export function formatBytes(n: number): string {
  for (const [unit, size] of [
    ["GB", 1e9],
    ["MB", 1e6],
    ["kB", 1e3],
  ] as const)
    if (n >= size) return `${(n / size).toFixed(1)} ${unit}`;
  return `${n} B`;
}
