import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, jest } from "@jest/globals";
import { progressFor } from "../../src/cli/progress.js";
import { expected, files, run, WEST } from "../support/faults.js";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "graticule-progress-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Line {
  readonly event: string;
  readonly seconds: number;
  readonly tasks: number;
  readonly tasks_done: number;
  readonly rows: number;
  readonly rows_planned: number;
  readonly bytes_read: number;
  readonly bytes_written: number;
}

describe("progress", () => {
  it("as JSON lines on stderr, from nothing to everything, beside the one document on stdout", async () => {
    const args = ["convert", ...files, "--out", join(folder, "json"), "--jobs", "2", "--json", "--progress", "json"];
    const { code, stdout, stderr } = await run(args);
    const lines = stderr
      .trimEnd()
      .split("\n")
      .map((line): Line => JSON.parse(line));
    const document = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(lines.map((line) => line.tasks_done)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(lines.at(-1)).toEqual({
      event: "progress",
      seconds: expect.any(Number),
      tasks: 10,
      tasks_done: 10,
      rows: expected.rows,
      rows_planned: expected.rows,
      bytes_read: document.reads.bytes,
      bytes_written: document.tables[0].bytes,
    });
    for (const [i, line] of lines.slice(1).entries()) expect(line.seconds).toBeGreaterThanOrEqual((lines[i] as Line).seconds);
  });

  it("is not drawn where stderr is no terminal", async () => {
    const { stdout, stderr } = await run(["convert", ...files, "--out", join(folder, "plain"), ...WEST]);
    expect(stderr).toBe("");
    expect(stdout).toContain("72,000 rows");
    expect(stdout).not.toContain("\u001b");
  });

  it("--quiet prints nothing, also of what is left out and of what is resumed", async () => {
    const dest = join(folder, "quiet");
    const silent = { code: 0, stdout: "", stderr: "" };
    expect(await run(["convert", ...files.slice(1), "--out", dest, "--quiet", ...WEST])).toMatchObject(silent);
    expect(await run(["convert", ...files, "--out", dest, "--append", "--quiet", ...WEST])).toMatchObject(silent);
    expect(await run(["resume", dest, "--quiet"])).toMatchObject(silent);
  });

  it("--quiet still says what went wrong", async () => {
    const { code, stderr } = await run(["convert", join(folder, "absent.nc"), "--out", join(folder, "x"), "--quiet"]);
    expect([code, stderr.startsWith("Error (not-found):")]).toEqual([5, true]);
  });
});

describe("the line on a terminal", () => {
  const state = { tasks: 4, tasksDone: 0, rows: 0, rowsPlanned: 4000, bytesRead: 0, bytesWritten: 0 };
  const display = (columns = 200): { drawn: string[]; line: ReturnType<typeof progressFor> } => {
    const drawn: string[] = [];
    const stream = { isTTY: true, columns, write: (text: string) => drawn.push(text) > 0 } as unknown as NodeJS.WriteStream;
    return { drawn, line: progressFor({ mode: "auto", quiet: false, stream }) };
  };

  it("is drawn over itself, says what is left, and goes away at the end", () => {
    const { drawn, line } = display();
    line.update({ ...state });
    line.update({ ...state, tasksDone: 2, rows: 2000, bytesRead: 5_000_000, bytesWritten: 1_200 });
    line.end();
    line.end();
    expect(drawn).toHaveLength(3);
    expect(drawn.every((text) => text.startsWith("\r\u001b[2K"))).toBe(true);
    expect(drawn[1]).toMatch(/50 % {2}2,000 rows, 5\.0 MB read, 1\.2 kB written, .* rows\/s, 1 s left$/);
    expect(drawn[2]).toBe("\r\u001b[2K");
  });

  it("lets warnings pass and stays below the terminal's width", () => {
    const { drawn, line } = display(20);
    line.update({ ...state, tasksDone: 2, rows: 2000 });
    line.interrupt(() => drawn.push("Warning: x\n"));
    expect(drawn[2]).toBe("Warning: x\n");
    expect(drawn[3]).toBe(drawn[0]);
    expect((drawn[0] as string).length).toBeLessThan("\r\u001b[2K".length + 20);
  });
});
