import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { MemberCache } from "../../src/scan/member-cache.js";
import { archiveOf } from "../plan/collect.js";

const SAMPLES = join(import.meta.dirname, "../../sample-data");
const FILES = ["one-predicate/t2m.nc", "subsets/calendar-360.nc", "subsets/curvilinear.nc"].map((name) => join(SAMPLES, name));

async function members() {
  return (await Promise.all(FILES.map((file) => archiveOf([file])))).flatMap((archive) => archive.members);
}

test("keeps few files open, counts what all of them read, and closes none that is in use", async () => {
  const cache = new MemberCache(await members(), { limit: 1 });
  const first = await cache.member(0);
  const again = await cache.member(0);
  expect(cache.opened).toBe(1);
  const second = await cache.member(1);
  second.release();
  const third = await cache.member(2);
  third.release();
  expect(first.dataset).toBe(again.dataset);
  for await (const ref of first.dataset.variables
    .find((own) => own.name === "t2m")
    ?.locate(
      [
        { start: 0, stop: 1 },
        { start: 0, stop: 1 },
        { start: 0, stop: 1 },
      ],
      first.context,
    ) ?? [])
    expect(ref.kind).toBe("stored");
  first.release();
  again.release();
  const counted = cache.counters;
  expect(counted.requests).toBeGreaterThan(3);
  const reopened = await cache.member(1);
  reopened.release();
  expect(cache.opened).toBe(4);
  expect(cache.counters.bytes).toBeGreaterThan(counted.bytes);
  await cache.close();
  expect(cache.counters.bytes).toBeGreaterThan(counted.bytes);
});

test("a file that is not the one that was planned is an error", async () => {
  const [first] = await members();
  if (!first) throw new Error("no member");
  const cache = new MemberCache([
    { ...first, version: "another" },
    { ...first, size: first.size + 1 },
  ]);
  await expect(cache.member(0)).rejects.toMatchObject({ tag: "changed", file: first.url });
  await expect(cache.member(1)).rejects.toMatchObject({ tag: "changed" });
  await cache.close();
});
