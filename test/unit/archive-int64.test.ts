import { describe, expect, test } from "@jest/globals";
import { coordinateOf, instantsOf } from "../../src/archive/coordinate.js";
import { decodeKnown } from "../../src/archive/known-values.js";
import { SpacedKeys } from "../../src/archive/spaced-keys.js";
import { parseTimeUnits } from "../../src/calendar/time-units.js";
import { packBits } from "../../src/schema/bitmap.js";
import { archiveOf, columnOf, expectedOf, SAMPLES, valuesOf } from "./archive-values.js";

const expected = expectedOf("archive-int64");
const files = (...names: readonly string[]) => names.map((name) => `${SAMPLES}/archive-int64/${name}.nc`);

async function exactOf(archive: Awaited<ReturnType<typeof archiveOf>>, name: string): Promise<string[]> {
  const column = columnOf(archive.tables[0], name);
  if (!column.values) throw new Error(`${name} is not known`);
  const { values } = decodeKnown(column.values);
  return Array.from(values as ArrayLike<number | bigint>, String);
}

describe("64-bit integers that no double holds, as xarray unites them", () => {
  test("times one apart are two rows", async () => {
    const archive = await archiveOf(files("b", "a"));
    const [table, ...others] = archive.tables;
    expect(others).toEqual([]);
    expect(await exactOf(archive, "t")).toEqual(expected.t);
    for (const name of ["a", "b"]) expect(await valuesOf(archive, table, name)).toEqual(expected.data[name]?.values);
  });

  test("scalars one apart place files apart, in their order", async () => {
    const archive = await archiveOf(files("run_2", "run_1"));
    expect(await exactOf(archive, "run")).toEqual(expected.run);
    expect(await valuesOf(archive, archive.tables[0], "v")).toEqual(expected.v);
  });

  test("what a mask hides does not tell contents apart, and a missing value is not its code", async () => {
    const masked = expected.masked as Record<string, unknown>;
    expect(masked.masked_1).toEqual(masked.masked_3);
    expect(masked.masked_1).not.toEqual(masked.masked_2);
    const same = await archiveOf(files("masked_1", "masked_3"));
    expect(await valuesOf(same, same.tables[0], "q")).toEqual(masked.masked_1);
    const other = await archiveOf(files("masked_1", "masked_2"));
    expect(await valuesOf(other, other.tables[0], "q")).toEqual([masked.masked_1, masked.masked_2].flat());
  });

  test("keys keep order and distance, whatever the numbers' types", () => {
    const whole = coordinateOf({
      values: new BigInt64Array([2n ** 60n + 3n, 2n ** 60n, 5n, -9n]),
      validity: packBits(Uint8Array.of(1, 1, 1, 0)),
    });
    const floats = coordinateOf({ values: new Float64Array([4.5, Number.NaN, 2 ** 60, 5]) });
    const keys = new SpacedKeys([whole, floats]);
    const [three, sixty, five, missing] = keys.keysOf(whole) as unknown as [number, number, number, number];
    expect([three - sixty, missing]).toEqual([3, Number.NaN]);
    expect([...keys.keysOf(floats)]).toEqual([five - 0.5, Number.NaN, sixty, five]);
    expect(sixty).toBeGreaterThan(five);
  });

  test("nanoseconds beside a missing time are not rounded", () => {
    const time = parseTimeUnits("nanoseconds since 1970-01-01", "proleptic_gregorian");
    const values = new BigInt64Array([1_700_000_000_123_456_000n, 1_700_000_000_123_457_000n, -1n]);
    const { days, microseconds } = instantsOf(values, packBits(Uint8Array.of(1, 1, 0)), time);
    expect([days[0], days[1]]).toEqual([19675, 19675]);
    expect((microseconds[1] as number) - (microseconds[0] as number)).toBe(1);
    expect(microseconds[0]).toBe(80_000_123_456);
  });
});
