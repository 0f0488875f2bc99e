import type { ByteRange } from "./contract.js";

/** What requests cost, in order of magnitude: they decide which gaps are cheaper read than skipped. */
export interface RequestCosts {
  /** Seconds from a request to its first byte. */
  readonly latency: number;
  /** Bytes a second of all requests together. */
  readonly bandwidth: number;
  /** Requests at a time. */
  readonly inFlight: number;
  /** Bytes that another request costs in headers and work, even when it need not be waited for. */
  readonly overhead: number;
  /** Bytes of a request at most: memory stays bounded, and what is large is fetched over several connections. */
  readonly largest: number;
}

export const REQUEST_COSTS: RequestCosts = { latency: 0.06, bandwidth: 50e6, inFlight: 32, overhead: 16 << 10, largest: 4 << 20 };

export interface PlannedRequest extends ByteRange {
  /** Positions of the ranges that have bytes in it, by offset. */
  readonly ranges: readonly number[];
}

interface Run {
  offset: number;
  end: number;
  readonly ranges: number[];
}

/**
 * The requests that fetch ranges, by offset. Gaps below `overhead` are always read; where more requests remain than can be in
 * flight, waiting counts too: the smallest gaps are closed first, as long as a gap costs less than its share of the waiting.
 */
export function planRequests(ranges: readonly ByteRange[], costs: RequestCosts = REQUEST_COSTS): PlannedRequest[] {
  const runs = mergeRuns(runsOf(ranges), costs);
  return runs.flatMap((run) => [...cut(run, ranges, costs.largest)]);
}

/** Ranges that touch or overlap as one run. */
function runsOf(ranges: readonly ByteRange[]): Run[] {
  const order = ranges.map((_, i) => i).sort((a, b) => (ranges[a] as ByteRange).offset - (ranges[b] as ByteRange).offset);
  const runs: Run[] = [];
  let last: Run | undefined;
  for (const i of order) {
    const { offset, length } = ranges[i] as ByteRange;
    if (length === 0) continue;
    if (last && offset <= last.end) {
      last.end = Math.max(last.end, offset + length);
      last.ranges.push(i);
    } else {
      last = { offset, end: offset + length, ranges: [i] };
      runs.push(last);
    }
  }
  return runs;
}

function mergeRuns(runs: readonly Run[], { latency, bandwidth, inFlight, overhead }: RequestCosts): Run[] {
  const gaps = runs.slice(1).map((run, i) => run.offset - (runs[i] as Run).end);
  const small = gaps.filter((gap) => gap <= overhead).length;
  const worth = Math.max(overhead, (latency * bandwidth) / inFlight);
  const surplus = runs.length - small - inFlight;
  // The largest gap that is closed, and how many of just that size.
  const candidates = gaps.filter((gap) => gap > overhead && gap <= worth).sort((a, b) => a - b);
  const closed = surplus > 0 ? candidates.slice(0, surplus) : [];
  const limit = closed.at(-1) ?? overhead;
  let left = closed.length;
  const merged: Run[] = [];
  for (const [i, run] of runs.entries()) {
    const last = merged.at(-1);
    const gap = i === 0 ? Number.POSITIVE_INFINITY : (gaps[i - 1] as number);
    const closes = gap <= overhead || (gap <= limit && left-- > 0);
    if (last && closes) {
      last.end = Math.max(last.end, run.end);
      for (const range of run.ranges) last.ranges.push(range);
    } else merged.push({ offset: run.offset, end: run.end, ranges: [...run.ranges] });
  }
  return merged;
}

/** A run in requests of at most `largest` bytes, between ranges where that is possible. */
function* cut(run: Run, ranges: readonly ByteRange[], largest: number): Iterable<PlannedRequest> {
  let offset = run.offset;
  let end = offset;
  let own: number[] = [];
  for (const i of run.ranges) {
    const range = ranges[i] as ByteRange;
    const stop = range.offset + range.length;
    if (own.length > 0 && Math.max(end, stop) - offset > largest && range.offset >= end) {
      yield* pieces({ offset, length: end - offset, ranges: own }, ranges, largest);
      offset = range.offset;
      own = [];
    }
    own.push(i);
    end = Math.max(end, stop);
  }
  yield* pieces({ offset, length: end - offset, ranges: own }, ranges, largest);
}

/** What no boundary between ranges divides is divided evenly. */
function* pieces(request: PlannedRequest, ranges: readonly ByteRange[], largest: number): Iterable<PlannedRequest> {
  const count = Math.ceil(request.length / largest);
  if (count <= 1) {
    yield request;
    return;
  }
  const step = Math.ceil(request.length / count);
  for (let done = 0; done < request.length; done += step) {
    const offset = request.offset + done;
    const length = Math.min(step, request.length - done);
    const meets = (i: number): boolean => {
      const range = ranges[i] as ByteRange;
      return range.offset < offset + length && range.offset + range.length > offset;
    };
    yield { offset, length, ranges: request.ranges.filter(meets) };
  }
}
