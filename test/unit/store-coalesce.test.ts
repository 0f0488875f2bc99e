import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { planRequests, type RequestCosts } from "../../src/store/coalesce.js";
import type { ByteRange } from "../../src/store/contract.js";

const COSTS: RequestCosts = { latency: 0.1, bandwidth: 1e6, inFlight: 4, overhead: 100, largest: 1_000_000 };

function plan(ranges: readonly [offset: number, length: number][], costs: Partial<RequestCosts> = {}): string[] {
  const found = planRequests(
    ranges.map(([offset, length]) => ({ offset, length })),
    { ...COSTS, ...costs },
  );
  return found.map(({ offset, length, ranges: own }) => `${offset}+${length}: ${own.join(" ")}`);
}

describe("ranges that are asked for together", () => {
  test("adjacent and overlapping ones, and those a small gap apart, are one request, in whatever order they come", () => {
    expect(
      plan([
        [500, 100],
        [0, 200],
        [200, 50],
        [340, 10],
        [510, 20],
      ]),
    ).toEqual(["0+350: 1 2 3", "500+100: 0 4"]);
  });

  test("as many as can be in flight wait no longer than one: gaps are left out", () => {
    expect(
      plan([
        [0, 10],
        [1000, 10],
        [2000, 10],
        [3000, 10],
      ]),
    ).toHaveLength(4);
  });

  test("beyond that the smallest gaps are closed, as far as that is cheaper than waiting", () => {
    // Waiting costs 0.1 s x 1 MB/s / 4 = 25 kB a request.
    expect(
      plan([
        [0, 10],
        [5000, 10],
        [7000, 10],
        [20_000, 10],
        [20_500, 10],
        [90_000, 10],
      ]),
    ).toEqual(["0+10: 0", "5000+2010: 1 2", "20000+510: 3 4", "90000+10: 5"]);
    const far = Array.from({ length: 6 }, (_, i): [number, number] => [i * 30_000, 10]);
    expect(plan(far)).toHaveLength(6);
  });

  test("of equal gaps no more are closed than have to be", () => {
    expect(plan(Array.from({ length: 6 }, (_, i): [number, number] => [i * 1000, 10]))).toEqual([
      "0+2010: 0 1 2",
      "3000+10: 3",
      "4000+10: 4",
      "5000+10: 5",
    ]);
  });

  test("large requests are cut between ranges, and a large range evenly", () => {
    expect(
      plan(
        [
          [0, 600],
          [600, 600],
          [1200, 300],
        ],
        { largest: 1000 },
      ),
    ).toEqual(["0+600: 0", "600+900: 1 2"]);
    expect(plan([[0, 2500]], { largest: 1000 })).toEqual(["0+834: 0", "834+834: 0", "1668+832: 0"]);
  });

  test("empty ranges ask for nothing", () => {
    expect(plan([[5, 0]])).toEqual([]);
    expect(plan([])).toEqual([]);
  });

  test("every byte of every range is in exactly the requests that name it, no byte is fetched twice, and none is large", () => {
    const range = fc.record({ offset: fc.nat(5000), length: fc.nat(300) });
    fc.assert(
      fc.property(fc.array(range, { maxLength: 40 }), fc.integer({ min: 1, max: 400 }), (ranges: ByteRange[], largest) => {
        const requests = planRequests(ranges, { ...COSTS, overhead: 20, largest });
        let end = 0;
        for (const request of requests) {
          expect(request.offset).toBeGreaterThanOrEqual(end);
          expect(request.length).toBeLessThanOrEqual(largest);
          end = request.offset + request.length;
        }
        for (const [i, { offset, length }] of ranges.entries()) {
          const own = requests.filter(({ ranges: named }) => named.includes(i));
          const covered = own.reduce(
            (n, request) => n + Math.min(offset + length, request.offset + request.length) - Math.max(offset, request.offset),
            0,
          );
          expect(covered).toBe(length);
        }
      }),
    );
  });
});
