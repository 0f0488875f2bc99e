import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface Measured {
  readonly seconds: number;
  /** Largest sum of resident memory over the process and its descendants. */
  readonly peakMB: number;
  readonly stdout: string;
}

/** One whole process, with its imports, from spawn to exit. Memory is sampled over the process tree every 10 ms. */
export function measure(command: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Measured> {
  const started = process.hrtime.bigint();
  const child = spawn(command[0] as string, command.slice(1), { env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  let peak = 0;
  child.stdout.on("data", (text) => (stdout += text));
  child.stderr.on("data", (text) => (stderr += text));
  const sampler = setInterval(() => (peak = Math.max(peak, treeMemory(child.pid as number))), 10);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(sampler);
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      if (code === 0) resolve({ seconds, peakMB: peak / 1e6, stdout: stdout.trim() });
      else reject(new Error(`${command.join(" ")} ended with ${code}: ${stderr.slice(-2000)}`));
    });
  });
}

function treeMemory(root: number): number {
  let bytes = 0;
  const todo = [root];
  for (let pid = todo.pop(); pid !== undefined; pid = todo.pop()) {
    try {
      bytes += Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * 4096;
      for (const task of readdirSync(`/proc/${pid}/task`))
        todo.push(...readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number));
    } catch {
      // The process ended between two looks.
    }
  }
  return bytes;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (i: number) => sorted[i] as number;
  const half = sorted.length >> 1;
  return { median: sorted.length % 2 ? at(half) : (at(half - 1) + at(half)) / 2, min: at(0), max: at(sorted.length - 1) };
}
