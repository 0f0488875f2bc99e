import { parentPort } from "node:worker_threads";
import { asGraticuleError, GraticuleError } from "../errors.js";
import type { ArrayVariable } from "../format/contract.js";
import { readBox } from "../format/read-box.js";
import { readContext } from "../format/read-context.js";
import { bytesOf, type TypedArray } from "../schema/typed-array.js";
import type { BoxRead, BoxRequest } from "./read-messages.js";

/**
 * A worker thread that reads boxes into shared memory. Where the chunks are and how they are coded comes with each request, so
 * that no plugin is loaded and no header is read again here.
 */
const port = parentPort;
if (!port) throw new TypeError("this module is the entry of a worker thread");
const context = readContext({ parallel: false });

async function read({ url, version, variable, box, refs, target, offset }: BoxRequest): Promise<void> {
  const source = await context.openSource(url);
  if (source.version !== version) throw new GraticuleError("changed", "the file changed while it was being read", { file: url });
  const memory = { take: (length: number) => new Uint8Array(target, offset, length) };
  const located: ArrayVariable = {
    ...variable,
    dims: [],
    dimPaths: [],
    attributes: new Map(),
    async *locate() {
      yield* refs;
    },
  };
  const values = (await readBox(located, box, context, memory)) as TypedArray;
  const bytes = bytesOf(values);
  // What was one chunk or inline did not go through the memory.
  if (bytes.buffer !== target) new Uint8Array(target, offset, bytes.length).set(bytes);
}

port.on("message", (request: BoxRequest) => {
  read(request).then(
    () => port.postMessage({ index: request.index } satisfies BoxRead),
    (error) => {
      const known = asGraticuleError(error, { file: request.url });
      port.postMessage({ index: request.index, error: known.toJSON() } satisfies BoxRead);
    },
  );
});
