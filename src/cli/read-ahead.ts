import { setImmediate } from "node:timers/promises";
import type { ArrayVariable, ReadContext, Values } from "../format/contract.js";
import { readBox } from "../format/read-box.js";
import type { Box } from "../schema/box.js";

export interface BoxValues {
  readonly box: Box;
  readonly values: Values;
}

/** The values of boxes, one after the other, the next already being read while one is worked on: two are held at most. */
export async function* readAhead(
  variable: ArrayVariable,
  boxes: Iterable<Box> | AsyncIterable<Box>,
  context: ReadContext,
): AsyncIterable<BoxValues> {
  let next: Promise<BoxValues> | undefined;
  for await (const box of boxes) {
    const reading = readBox(variable, box, context).then((values) => ({ box, values }));
    // Its failure is thrown when its turn comes; until then it must not count as unhandled.
    reading.catch(() => undefined);
    if (next) {
      yield await next;
      // Local reads never leave the microtask queue: without a turn of the event loop no Ctrl-C would arrive.
      await setImmediate();
    }
    next = reading;
  }
  if (next) yield await next;
}
