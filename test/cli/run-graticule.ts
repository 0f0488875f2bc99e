import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
/** No plugin that a developer has linked takes part. */
const dataDir = join(tmpdir(), `graticule-tests-without-plugins-${process.pid}`);

export interface Finished {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Closes our end of stdout after that many bytes. */
  readonly closeAfter?: number;
  /** Sends SIGINT after that many milliseconds. */
  readonly interruptAfter?: number;
}

/** Runs the built command line in a process of its own, as a user does. */
export function graticule(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  if (!existsSync(join(root, "dist/src/cli/main.js"))) throw new Error("these tests run what was built: `npm run build` first");
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: "1", GRATICULE_DATA_DIR: dataDir, ...options.env };
  delete env.NODE_OPTIONS;
  const child = spawn(process.execPath, [join(root, "bin/run.js"), ...args], {
    cwd: options.cwd ?? root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const timer = options.interruptAfter === undefined ? undefined : setTimeout(() => child.kill("SIGINT"), options.interruptAfter);
  const out: Buffer[] = [];
  let size = 0;
  let stderr = "";
  child.stdout.on("data", (piece: Buffer) => {
    out.push(piece);
    size += piece.length;
    if (options.closeAfter !== undefined && size >= options.closeAfter) child.stdout.destroy();
  });
  child.stderr.on("data", (piece: Buffer) => {
    stderr += piece.toString("utf8");
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stdout: Buffer.concat(out), stderr });
    });
  });
}

/** The one document that `--json` promises; anything else on stdout fails here. */
export function documentOf<T = Record<string, unknown>>(finished: Finished): T {
  return JSON.parse(finished.stdout.toString("utf8")) as T;
}

export function textOf(finished: Finished): string {
  return finished.stdout.toString("utf8");
}
