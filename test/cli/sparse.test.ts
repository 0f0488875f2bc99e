import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { root, run } from "../support/faults.js";

jest.setTimeout(120_000);

/** The kernel's own count of the largest resident memory. */
async function inspect(...flags: string[]) {
  let resident = 0;
  let timer: NodeJS.Timeout | undefined;
  const ended = await run(["inspect", join(root, "sample-data/hdf5-large-chunk.h5"), "--json", ...flags], {
    onStart: ({ pid }) => {
      timer = setInterval(() => {
        const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, "utf8") : "";
        resident = Math.max(resident, 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0));
      }, 20);
    },
  });
  clearInterval(timer);
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: "" });
  return { resident, values: JSON.parse(ended.stdout).variables["/values"] };
}

const onLinux = existsSync("/proc/self/status") ? it : it.skip;

/** 12288² cells in one chunk, none of them stored. */
describe("a chunk of 604 MB that was never stored", () => {
  onLinux("is measured in far less memory", async () => {
    const { resident, values } = await inspect("--stats");
    expect(values.decoded).toEqual({
      size: 12288 ** 2,
      valid: 12288 ** 2,
      min: 2.5,
      max: 2.5,
      mean: 2.5,
      first_valid: 2.5,
      first_valid_index: 0,
      last_valid: 2.5,
      last_valid_index: 12288 ** 2 - 1,
    });
    expect(resident).toBeLessThan(450e6);
  });

  // hashlib.sha256 over 12288² times numpy.float32(2.5).
  onLinux("has the checksum of its fill value, again and again", async () => {
    const { resident, values } = await inspect("--checksum");
    expect(values.stored.sha256).toBe("a95c502eadce856039543af73b80210515c47ca4a7d96bafdff2f8e975e8fefd");
    expect(resident).toBeLessThan(450e6);
  });
});
