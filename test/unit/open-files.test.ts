import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { RowOrderSpool } from "../../src/cli/inspect/row-order-spool.js";
import { isGraticuleError } from "../../src/errors.js";
import { concatenateFiles } from "../../src/parquet/concatenate.js";
import type { FileDescription } from "../../src/parquet/file-layout.js";
import { ParquetFileWriter } from "../../src/parquet/file-writer.js";
import { numberType } from "../../src/schema/field.js";
import { openStore } from "../../src/store/open-store.js";
import { StagedFileOutput } from "../../src/store/output/staged-file.js";

const DESCRIPTION: FileDescription = {
  fields: [{ name: "x", type: numberType("int32"), nullable: false, metadata: {} }],
  keyValues: {},
  createdBy: "test",
};

const opened = (): number => readdirSync("/proc/self/fd").length;
const onLinux = existsSync("/proc/self/fd") && existsSync("/dev/full") ? test : test.skip;

/** Every write to /dev/full fails as on a full disk. */
describe("a disk that is full", () => {
  onLinux("leaves no file open behind a writer", () => {
    const before = opened();
    expect(() => new ParquetFileWriter("/dev/full", DESCRIPTION)).toThrow("ENOSPC");
    expect(opened()).toBe(before);
  });

  onLinux("leaves no file open behind what lays files end to end", async () => {
    const folder = mkdtempSync(join(tmpdir(), "graticule-open-files-"));
    symlinkSync("/dev/full", join(folder, "full"));
    const before = opened();
    const output = new StagedFileOutput(folder, "full");
    await expect(concatenateFiles([], openStore(), output, DESCRIPTION)).rejects.toThrow("ENOSPC");
    expect(opened()).toBe(before);
    rmSync(folder, { recursive: true });
  });

  onLinux("nor does a part that is not there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "graticule-open-files-"));
    const before = opened();
    const output = new StagedFileOutput(folder, "whole");
    await expect(concatenateFiles([join(folder, "none")], openStore(), output, DESCRIPTION)).rejects.toMatchObject({
      tag: "not-found",
    });
    expect(opened()).toBe(before);
    rmSync(folder, { recursive: true });
  });

  onLinux("a writer that is finished may be abandoned", () => {
    const folder = mkdtempSync(join(tmpdir(), "graticule-open-files-"));
    const before = opened();
    const writer = new ParquetFileWriter(join(folder, "whole"), DESCRIPTION);
    expect(writer.finish()).toMatchObject({ rows: 0 });
    writer.abandon();
    expect(opened()).toBe(before);
    rmSync(folder, { recursive: true });
  });
});

test("values that have gone from the temporary file are no shorter array", () => {
  const mine = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith(`graticule-spool-${process.pid}-`));
  const before = new Set(mine());
  const spool = new RowOrderSpool([4], 2);
  try {
    spool.put(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), [{ start: 0, stop: 4 }]);
    const folder = mine().find((name) => !before.has(name)) as string;
    truncateSync(join(tmpdir(), folder, "rows"), 6);
    const pieces: number[] = [];
    const read = (): void => {
      for (const piece of spool.pieces()) pieces.push(...piece);
    };
    let failure: unknown;
    try {
      read();
    } catch (error) {
      failure = error;
    }
    expect(isGraticuleError(failure, "temporary")).toBe(true);
    expect(pieces).toEqual([1, 2, 3, 4, 5, 6]);
  } finally {
    spool.close();
  }
});
