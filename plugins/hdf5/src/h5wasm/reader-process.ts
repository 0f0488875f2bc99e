/** The program of the reader process: `argv[2]` is the file. Answers {@link ReadRequest}s until the channel closes. */
import h5wasm, { type Dataset, type File as H5File } from "h5wasm/node";
import type { ReadReply, ReadRequest } from "./protocol.js";

const { ready } = h5wasm;
let opened: H5File | undefined;

async function answer(request: ReadRequest): Promise<ReadReply> {
  const { id } = request;
  try {
    const module = await ready;
    if (!opened) {
      // Without it a failed read gives uninitialised memory.
      (module as unknown as { activate_throwing_error_handler(): void }).activate_throwing_error_handler();
      opened = new h5wasm.File(process.argv[2] ?? "", "r");
    }
    return request.wanted === "texts"
      ? { id, texts: readTexts(opened, request) }
      : { id, bytes: readBytes(opened, module, request) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

type Module = Awaited<typeof ready>;

function readBytes(file: H5File, module: Module, { path, start, count, elementSize }: ReadRequest): Uint8Array {
  const length = count.reduce((product, n) => product * n, elementSize);
  const metadata = module.get_dataset_metadata(file.file_id, path);
  if (metadata.size !== elementSize) throw new Error(`elements of ${metadata.size} bytes where ${elementSize} were found`);
  const pointer = module._malloc(Math.max(1, length));
  if (pointer === 0) throw new Error(`no memory for ${length} bytes`);
  try {
    const isScalar = count.length === 0;
    const big = (numbers: readonly number[]) => (isScalar ? null : numbers.map(BigInt));
    const strides = isScalar ? null : count.map(() => 1n);
    module.get_dataset_data(file.file_id, path, big(count), big(start), strides, BigInt(pointer));
    return module.HEAPU8.slice(pointer, pointer + length);
  } finally {
    module._free(pointer);
  }
}

function readTexts(file: H5File, { path, start, count }: ReadRequest): readonly string[] {
  const dataset = file.get(path) as Dataset;
  const ranges = start.map((at, d): [number, number] => [at, at + (count[d] as number)]);
  const values = count.length === 0 ? dataset.value : dataset.slice(ranges);
  return Array.isArray(values) ? (values as string[]) : [String(values)];
}

process.on("message", (request: ReadRequest) => {
  answer(request).then((reply) => process.send?.(reply));
});
