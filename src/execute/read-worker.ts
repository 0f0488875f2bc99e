import { parentPort, workerData } from "node:worker_threads";
import { asGraticuleError, GraticuleError } from "../errors.js";
import { openDataset } from "../format/open-dataset.js";
import { readBox } from "../format/read-box.js";
import { readContext } from "../format/read-context.js";
import { bytesOf, type TypedArray } from "../schema/typed-array.js";
import type { BoxRead, BoxRequest, ReadStart } from "./read-messages.js";

/** A worker thread that reads boxes of one file into shared memory. */
const { url, version } = workerData as ReadStart;
const port = parentPort;
if (!port) throw new TypeError("this module is the entry of a worker thread");
const context = readContext({ parallel: false });
const opened = openDataset(url, { context }).then((dataset) => {
  if (dataset.source.version !== version)
    throw new GraticuleError("changed", "the file changed while it was being read", { file: url });
  return new Map(dataset.variables.map((variable) => [variable.path, variable]));
});

async function read({ variable: path, box, target, offset }: BoxRequest): Promise<void> {
  const variable = (await opened).get(path);
  if (!variable) throw new GraticuleError("changed", `the file has no variable ${path} any more`, { file: url });
  const memory = { take: (length: number) => new Uint8Array(target, offset, length) };
  const values = (await readBox(variable, box, context, memory)) as TypedArray;
  const bytes = bytesOf(values);
  // What was one chunk, inline or decoded by the plugin did not go through the memory.
  if (bytes.buffer !== target) new Uint8Array(target, offset, bytes.length).set(bytes);
}

port.on("message", (request: BoxRequest) => {
  read(request).then(
    () => port.postMessage({ index: request.index } satisfies BoxRead),
    (error) => port.postMessage({ index: request.index, error: asGraticuleError(error, { file: url }).toJSON() } satisfies BoxRead),
  );
});
