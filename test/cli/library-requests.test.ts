import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "@jest/globals";
import { convert as run } from "../../src/dataframe/convert.js";
import { type ConvertRequest, convert, open, type ReadRequest, resume } from "../../src/index.js";

const samples = join(dirname(fileURLToPath(import.meta.url)), "../../sample-data");
const folder = mkdtempSync(join(tmpdir(), "graticule-requests-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const t2m = join(samples, "one-predicate/t2m.nc");
const asked = { inputs: t2m, out: join(folder, "out"), dryRun: true };
const dry = (more: object): Promise<{ tables: readonly { rows: number; columns: readonly string[] }[] }> =>
  run({ ...asked, ...more } as ConvertRequest);

describe("a request of convert", () => {
  it.each([
    [{ wher: "t2m > 1" }, 'convert has no key "wher"', "do you mean where?"],
    [{ Time: "2000-01" }, 'convert has no key "Time"', "do you mean time?"],
    [{ bboxx: "0,0,1,1" }, 'convert has no key "bboxx"', "do you mean bbox?"],
    [{ overwrite: true }, 'convert has no key "overwrite"', 'do you mean mode: "overwrite"?'],
    [{ partSize: 1e6 }, 'convert has no key "partSize"', "do you mean partBytes?"],
    [{ "dry-run": true }, 'convert has no key "dry-run"', "do you mean dryRun?"],
    [{ quality: 3 }, 'convert has no key "quality"', expect.stringContaining("there are inputs, out, vars, bbox")],
  ])("with a key that is not known is refused, with what may be meant: %j", async (more, message, hint) => {
    await expect(dry(more)).rejects.toMatchObject({ tag: "usage", message, hint });
  });

  it.each([
    [{ inputs: 3 }, '"inputs" takes a file, directory or pattern, or a list of them; this is 3'],
    [{ inputs: [t2m, 3] }, '"inputs" takes a file, directory or pattern, or a list of them'],
    [{ out: 3 }, '"out" takes a text; this is 3'],
    [{ vars: "t2m" }, '"vars" takes a list of names; this is "t2m"'],
    [{ bbox: [1, 2, 3] }, '"bbox" takes [west, south, east, north] in degrees, or "W,S,E,N"; this is [1,2,3]'],
    [{ bbox: [1, 2, 3, "4"] }, '"bbox" takes'],
    [{ bbox: [1, 2, 3, Number.NaN] }, '"bbox" takes'],
    [{ time: new Date(0) }, '"time" takes a text'],
    [{ where: () => true }, '"where" takes a text; this is a function'],
    [{ jobs: "4" }, '"jobs" takes a whole number from 1; this is "4"'],
    [{ jobs: 0 }, '"jobs" takes a whole number from 1; this is 0'],
    [{ memory: "2GB" }, '"memory" takes a number of bytes; this is "2GB"'],
    [{ rename: ["a", "b"] }, '"rename" takes an object of new names by old ones'],
    [{ rename: { t2m: 3 } }, '"rename" takes'],
    [{ align: { near: 1 } }, '"align" takes "exact" or { nearest: TOLERANCE }'],
    [{ mode: "replace" }, '"mode" takes one of create, append, overwrite; this is "replace"'],
    [{ order: "rows" }, '"order" takes one of storage, array'],
    [{ onDuplicateTime: true }, '"onDuplicateTime" takes one of error, first, last'],
    [{ dryRun: "yes" }, '"dryRun" takes true or false; this is "yes"'],
  ])("with a value of another type is refused by the key's name: %j", async (more, message) => {
    await expect(dry(more)).rejects.toMatchObject({ tag: "usage", message: expect.stringContaining(`convert: ${message}`) });
  });

  it("needs inputs and out, and is an object", async () => {
    const { inputs, out } = asked;
    await expect(run({ inputs } as ConvertRequest)).rejects.toMatchObject({ tag: "usage", message: /needs the key "out"/ });
    await expect(run({ out } as ConvertRequest)).rejects.toMatchObject({ tag: "usage", message: /needs the key "inputs"/ });
    await expect(run(t2m as unknown as ConvertRequest)).rejects.toMatchObject({ tag: "usage", message: /takes an object/ });
    await expect(convert(asked, { onProgres: () => 0 } as object)).rejects.toMatchObject({
      tag: "usage",
      hint: "do you mean onProgress?",
    });
    await expect(resume(out, { job: 1 } as object)).rejects.toMatchObject({ tag: "usage", hint: "do you mean jobs?" });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("has no keys that the documentation does not name", async () => {
    const { hint } = (await dry({ quality: 3 }).catch((error: { hint: string }) => error)) as { hint: string };
    const page = readFileSync(join(samples, "../docs/how-to/use-as-a-library.md"), "utf8");
    const keys = hint.replace("there are ", "").split(", ");
    expect(keys.length).toBeGreaterThan(15);
    expect(keys.filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
  });

  it("takes one input as it is, a box as numbers, and keys that are undefined as absent", async () => {
    const rows = async (more: object): Promise<number[]> => (await dry(more)).tables.map((table) => table.rows);
    const box = await rows({ inputs: [t2m], bbox: "350,-10,20,30" });
    expect(box).toEqual([1428]);
    expect(await rows({ bbox: [350, -10, 20, 30], where: undefined })).toEqual(box);
    expect(await rows({ bbox: [-10, -10, 20, 30] })).toEqual(box);
  });
});

describe("variables that are renamed", () => {
  const columns = async (more: object): Promise<string> => (await dry(more)).tables[0]?.columns.slice(3).join(" ") ?? "";
  const slices = { inputs: join(samples, "archive-slices/*.nc") };

  it.each([
    [{ vars: ["pr"], rename: { pr: "rain" } }, "rain"],
    [{ vars: ["/pr"], rename: { pr: "rain" } }, "rain"],
    [{ vars: ["pr"], rename: { "/pr": "rain" } }, "rain"],
    [{ vars: ["rain"], rename: { pr: "rain" } }, "rain"],
    [{ vars: ["rain", "tas"], rename: { pr: "rain" } }, "rain tas"],
    [{ vars: ["rain"], rename: { pr: "rain" }, where: "rain >= 0" }, "rain"],
    [{ vars: ["pr"], rename: { pr: "rain" }, where: "rain >= 0" }, "rain"],
    [{ vars: ["pr"], rename: { pr: "tas", tas: "pr" }, where: "pr > 0" }, "tas"],
  ])("are wanted by the file's name or the new one: %j", async (more, expected) => {
    expect(await columns({ ...slices, ...more })).toBe(expected);
  });

  it("are told where neither is known", async () => {
    await expect(dry({ ...slices, vars: ["rian"], rename: { pr: "rain" } })).rejects.toMatchObject({ tag: "usage" });
  });
});

describe("a time without dates", () => {
  const file = join(samples, "requests/impossible-reference.nc");

  it.each([{ time: "1582" }, { where: "month(time) = 1" }, { where: "time >= '1582-10-20'" }])(
    "is told with its file and name: %j",
    async (more) => {
      await expect(dry({ inputs: file, ...more })).rejects.toMatchObject({
        tag: "malformed",
        message: 'time has no dates, because it counts "days since 1582-10-10": the calendar standard has no day (1582-10-10)',
        file,
        variable: "time",
      });
    },
  );

  it("is a number all the same", async () => {
    expect((await dry({ inputs: file, where: "time < 2" })).tables[0]?.rows).toBe(2);
  });
});

describe("a request of read", () => {
  const read = async (request: object): Promise<readonly number[]> => {
    const dataset = await open(t2m);
    try {
      return (await dataset.variable("t2m").read(request as ReadRequest)).shape;
    } finally {
      await dataset.close();
    }
  };

  it.each([
    [{ slice: { time: [-5] } }, /"slice" takes a whole number, or a \[start, stop\] of two/],
    [{ slice: { time: "0:3" } }, /"slice" takes/],
    [{ slice: { time: [0, 1.5] } }, /"slice" takes/],
    [{ slice: { time: Number.NaN } }, /"slice" takes/],
    [{ slice: { time: [1, 2, 3] } }, /"slice" takes/],
    [{ slices: { time: 0 } }, /read has no key "slices"/],
    [{ decode: "no" }, /"decode" takes true or false/],
    [{ slice: { time: [3, 1] } }, /time=\[3,1\] stops at 1, before it starts at 3/],
    [{ slice: { time: [-1, -3] } }, /time=\[-1,-3\] stops at \d+, before it starts at \d+/],
    [{ slice: { time: [0, 9999] } }, /time=\[0,9999\] lies outside 0…/],
  ])("that makes no sense is a usage error: %j", async (request, message) => {
    await expect(read(request)).rejects.toMatchObject({ tag: "usage", message });
  });

  it("takes an index, a range, and what is undefined as all", async () => {
    const [time = 0, , lon] = await read({});
    expect(await read({ slice: { time: -1, lat: [0, 2], lon: undefined } })).toEqual([1, 2, lon]);
    expect(await read({ slice: { time: [-5, time] } })).toEqual([5, expect.any(Number), lon]);
    expect(await read({ slice: { time: [2, 2] } })).toEqual([0, expect.any(Number), lon]);
  });
});
